import { deflateSync } from "node:zlib";

// The app's picture: a house and the tick of a visit made, in the colours of shared/tokens.css.
const pine = [0x1e, 0x6b, 0x57];
const paper = [0xf7, 0xf6, 0xf2];

type Point = [number, number];

/** How far a point is outside a line of the given half width through all points. */
function stroke(p: Point, through: Point[], half: number): number {
  let nearest = Infinity;
  for (let i = 1; i < through.length; i++) {
    const [[ax, ay], [bx, by]] = [through[i - 1] as Point, through[i] as Point];
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.min(1, Math.max(0, ((p[0] - ax) * dx + (p[1] - ay) * dy) / (dx * dx + dy * dy)));
    nearest = Math.min(nearest, Math.hypot(p[0] - ax - along * dx, p[1] - ay - along * dy));
  }
  return nearest - half;
}

/** How far a point is outside a square around the middle with round corners. */
function tile(p: Point, half: number, radius: number): number {
  const q = p.map((v) => Math.abs(v - 0.5) - half + radius) as Point;
  return Math.hypot(Math.max(q[0], 0), Math.max(q[1], 0)) + Math.min(Math.max(q[0], q[1]), 0) - radius;
}

const house: Point[] = [
  [0.3, 0.47],
  [0.3, 0.74],
  [0.7, 0.74],
  [0.7, 0.47],
];
const roof: Point[] = [
  [0.2, 0.5],
  [0.5, 0.24],
  [0.8, 0.5],
];
const tick: Point[] = [
  [0.41, 0.57],
  [0.48, 0.645],
  [0.61, 0.505],
];

/**
 * Draws the icon as a PNG of size × size. A maskable one fills its square and keeps its drawing in the inner circle that
 * no launcher cuts off.
 */
export function icon(size: number, maskable: boolean): Buffer {
  const scale = maskable ? 0.78 : 1;
  const soft = 1 / size / scale;
  const cover = (outside: number): number => Math.min(1, Math.max(0, 0.5 - outside / soft));
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at: Point = [(x + 0.5) / size, (y + 0.5) / size];
      const p = at.map((v) => (v - 0.5) / scale + 0.5) as Point;
      const drawn = Math.min(stroke(p, roof, 0.034), stroke(p, house, 0.034), stroke(p, tick, 0.034));
      const ink = cover(drawn);
      const i = y * (1 + size * 4) + 1 + x * 4;
      for (let c = 0; c < 3; c++) {
        rows[i + c] = Math.round((pine[c] as number) * (1 - ink) + (paper[c] as number) * ink);
      }
      rows[i + 3] = Math.round(255 * (maskable ? 1 : cover(tile(at, 0.5, 0.22))));
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8); // eight bits, RGBA
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

function crc(b: Buffer): number {
  let c = 0xffffffff;
  for (const byte of b) {
    c ^= byte;
    for (let k = 0; k < 8; k++) {
      c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    }
  }
  return ~c >>> 0;
}
