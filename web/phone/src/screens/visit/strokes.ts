/**
 * Ink on a canvas by finger, pen or mouse, also where the page is turned by a quarter. What was drawn stays whole when
 * the canvas changes its size, as it does when the phone is turned: it is laid on anew, as large as fits.
 */
const MOST_POINTS = 20_000;
const LEAST = 24; // CSS pixels of ink: less is a touch and no name

interface Point {
  x: number;
  y: number;
}

export class Strokes {
  private readonly pen: CanvasRenderingContext2D | null;
  private readonly dots = Math.min(2, window.devicePixelRatio || 1);
  private lines: Point[][] = []; // on the sheet: the canvas as it was when the first of them was begun
  private sheet = { width: 1, height: 1 };
  private laid = { scale: 1, x: 0, y: 0 };
  private drawing: number | null = null; // the pointer that draws: a palm beside it does not
  private points = 0;
  private length = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly turned: () => boolean,
  ) {
    this.pen = canvas.getContext("2d");
    canvas.addEventListener("pointerdown", this.down);
    canvas.addEventListener("pointermove", this.move);
    // Else a fast stroke is a fling to the browser, and the next tap does nothing but stop that.
    canvas.addEventListener("touchstart", (e) => e.preventDefault(), { passive: false });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const)
      canvas.addEventListener(end, this.up);
    this.fit();
  }

  /** Called whenever the canvas may have another size. */
  fit(): void {
    const { canvas, sheet } = this;
    canvas.width = Math.max(1, Math.min(1600, Math.round(canvas.clientWidth * this.dots)));
    canvas.height = Math.max(1, Math.min(1600, Math.round(canvas.clientHeight * this.dots)));
    if (this.lines.length === 0) Object.assign(sheet, { width: canvas.width, height: canvas.height });
    const scale = Math.min(canvas.width / sheet.width, canvas.height / sheet.height);
    this.laid = { scale, x: (canvas.width - sheet.width * scale) / 2, y: (canvas.height - sheet.height * scale) / 2 };
    this.paper();
    for (const line of this.lines) line.forEach((to, i) => this.ink(line[i - 1] ?? to, to));
  }

  clear(): void {
    this.lines = [];
    this.points = this.length = 0;
    this.drawing = null;
    this.fit();
  }

  /** The drawing as a PNG, or null where there is none. */
  picture(): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.length < LEAST * this.dots) return Promise.resolve(null);
    return new Promise((done, failed) =>
      this.canvas.toBlob(
        (b) => (b ? b.arrayBuffer().then((a) => done(new Uint8Array(a)), failed) : failed(new Error("no picture"))),
        "image/png",
      ),
    );
  }

  private paper(): void {
    const { pen, canvas, laid, sheet } = this;
    if (!pen) return;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(laid.scale, 0, 0, laid.scale, laid.x, laid.y);
    pen.strokeStyle = "#10201a";
    pen.lineWidth = Math.max(2.5, sheet.height / 70);
    pen.lineCap = pen.lineJoin = "round";
  }

  private at(e: PointerEvent): Point {
    const r = this.canvas.getBoundingClientRect();
    // Turned by a quarter: the canvas's left lies at the top of the screen, its top at the right.
    const [x, y, w, h] = this.turned()
      ? [e.clientY - r.top, r.right - e.clientX, r.height, r.width]
      : [e.clientX - r.left, e.clientY - r.top, r.width, r.height];
    const { scale, x: left, y: top } = this.laid;
    return { x: ((x / w) * this.canvas.width - left) / scale, y: ((y / h) * this.canvas.height - top) / scale };
  }

  private readonly down = (e: PointerEvent): void => {
    e.preventDefault();
    if (this.drawing !== null) return;
    this.drawing = e.pointerId;
    this.canvas.setPointerCapture(e.pointerId);
    this.lines.push([]);
    this.to(e);
  };

  private readonly move = (e: PointerEvent): void => {
    if (e.pointerId !== this.drawing) return;
    // A fast hand moves several times between two frames.
    const steps = e.getCoalescedEvents?.() ?? [];
    (steps.length > 0 ? steps : [e]).forEach((s) => this.to(s));
  };

  private readonly up = (e: PointerEvent): void => {
    if (e.pointerId === this.drawing) this.drawing = null;
  };

  private to(e: PointerEvent): void {
    const line = this.lines[this.lines.length - 1];
    if (!line || this.points >= MOST_POINTS) return;
    const [to, from] = [this.at(e), line[line.length - 1]];
    this.points++;
    if (from) this.length += Math.hypot(to.x - from.x, to.y - from.y);
    line.push(to);
    this.ink(from ?? to, to);
  }

  private ink(from: Point, to: Point): void {
    this.pen?.beginPath();
    this.pen?.moveTo(from.x, from.y);
    this.pen?.lineTo(to.x, to.y);
    this.pen?.stroke();
  }
}
