/** A bad line between phone and server: slow, and cut again and again. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export interface LineQuality {
  /** Bits per second of all connections together, each way; 0: as fast as can be. */
  rate: number;
  /** How many of a hundred stretches of 16 KiB break the connection they are in, the first stretch of each among them. */
  loss: number;
}

/** The same chance on each run. */
function dice(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

const slice = 50; // ms
const stretch = 16 * 1024;

export class Line {
  quality: LineQuality;
  /** Connections that were cut, and bytes that went through. */
  cuts = 0;
  bytes = 0;
  private readonly sockets = new Set<Socket>();
  private readonly chance: () => number;
  private readonly allowance = { up: 0, down: 0 };
  private refilled = Date.now();

  private constructor(
    private readonly server: Server,
    private readonly to: number,
    quality: LineQuality,
    seed: number,
  ) {
    this.quality = quality;
    this.chance = dice(seed);
    server.on("connection", (s) => this.join(s));
  }

  static async open(to: number, quality: LineQuality, seed = 1): Promise<Line> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Line(server, to, quality, seed);
  }

  get url(): string {
    return "http://127.0.0.1:" + (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.sockets.forEach((s) => s.destroy());
  }

  private join(phone: Socket): void {
    const server = connect(this.to, "127.0.0.1");
    const ends = [phone, server];
    const cut = (): void => ends.forEach((s) => s.destroy());
    let left = this.toNextCut();
    ends.forEach((s) => {
      this.sockets.add(s);
      s.on("error", cut);
      s.on("close", () => {
        this.sockets.delete(s);
        cut();
      });
    });
    const pass = (from: Socket, to: Socket, way: "up" | "down"): void => {
      from.on("data", (b) => {
        from.pause();
        void this.carry(b, way, (part) => {
          if (from.destroyed || to.destroyed) return;
          this.bytes += part.length;
          left -= part.length;
          if (left < 0) {
            this.cuts++;
            cut();
          } else {
            to.write(part);
          }
        }).then(() => from.resume());
      });
      from.on("end", () => to.end());
    };
    pass(phone, server, "up");
    pass(server, phone, "down");
    phone.resume();
  }

  private toNextCut(): number {
    let whole = 0;
    for (const p = this.quality.loss / 100; this.chance() >= p; whole += stretch) {
      if (whole > 64 * 2 ** 20) {
        return Infinity;
      }
    }
    return whole + this.chance() * stretch;
  }

  private async carry(b: Buffer, way: "up" | "down", put: (part: Buffer) => void): Promise<void> {
    if (this.quality.rate === 0) {
      put(b);
      return;
    }
    for (let at = 0; at < b.length; ) {
      this.refill();
      const n = Math.min(b.length - at, Math.floor(this.allowance[way]));
      if (n > 0) {
        this.allowance[way] -= n;
        put(b.subarray(at, at + n));
        at += n;
      } else {
        await new Promise((r) => setTimeout(r, slice));
      }
    }
  }

  private refill(): void {
    const perSecond = this.quality.rate / 8;
    const passed = Math.min(1, (Date.now() - this.refilled) / 1000);
    this.refilled = Date.now();
    for (const way of ["up", "down"] as const) {
      this.allowance[way] = Math.min(perSecond / 4, this.allowance[way] + perSecond * passed);
    }
  }
}
