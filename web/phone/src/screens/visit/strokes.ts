/** Ink on a canvas by finger, pen or mouse, also where the page is turned by a quarter. */
const MOST_POINTS = 20_000;

export class Strokes {
  private readonly pen: CanvasRenderingContext2D | null;
  private last: { x: number; y: number } | null = null;
  private points = 0;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly turned: () => boolean) {
    const scale = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = Math.max(1, Math.min(1600, Math.round(canvas.clientWidth * scale)));
    canvas.height = Math.max(1, Math.min(800, Math.round(canvas.clientHeight * scale)));
    this.pen = canvas.getContext("2d");
    this.clear();
    canvas.addEventListener("pointerdown", this.down);
    canvas.addEventListener("pointermove", this.move);
    canvas.addEventListener("pointerup", this.up);
    canvas.addEventListener("pointercancel", this.up);
  }

  stop(): void {
    this.canvas.removeEventListener("pointerdown", this.down);
    this.canvas.removeEventListener("pointermove", this.move);
    this.canvas.removeEventListener("pointerup", this.up);
    this.canvas.removeEventListener("pointercancel", this.up);
  }

  clear(): void {
    this.points = 0;
    const pen = this.pen;
    if (!pen) return;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    pen.strokeStyle = pen.fillStyle = "#10201a";
    pen.lineWidth = Math.max(2.5, this.canvas.height / 70);
    pen.lineCap = pen.lineJoin = "round";
  }

  /** The drawing as a PNG, or null where there is none. */
  picture(): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.points < 4) return Promise.resolve(null);
    return new Promise((done, failed) =>
      this.canvas.toBlob((b) => (b ? b.arrayBuffer().then((a) => done(new Uint8Array(a)), failed) : failed(new Error("no picture"))), "image/png"),
    );
  }

  private at(e: PointerEvent): { x: number; y: number } {
    const r = this.canvas.getBoundingClientRect();
    // Turned by a quarter: the canvas's left lies at the top of the screen, its top at the right.
    const [x, y, w, h] = this.turned() ? [e.clientY - r.top, r.right - e.clientX, r.height, r.width] : [e.clientX - r.left, e.clientY - r.top, r.width, r.height];
    return { x: (x / w) * this.canvas.width, y: (y / h) * this.canvas.height };
  }

  private readonly down = (e: PointerEvent): void => {
    e.preventDefault();
    this.canvas.setPointerCapture(e.pointerId);
    this.last = this.at(e);
    this.ink(this.last);
  };

  private readonly move = (e: PointerEvent): void => {
    if (this.last) this.ink(this.at(e));
  };

  private readonly up = (): void => {
    this.last = null;
  };

  private ink(to: { x: number; y: number }): void {
    if (!this.pen || !this.last || this.points >= MOST_POINTS) return;
    this.points++;
    this.pen.beginPath();
    this.pen.moveTo(this.last.x, this.last.y);
    this.pen.lineTo(to.x, to.y);
    this.pen.stroke();
    this.last = to;
  }
}
