/**
 * The second home: of what only this phone has, a copy in Cache Storage, sealed as it is in the database. That is one
 * folder of files per origin and no part of IndexedDB, so that what spoils the one does not spoil the other; every browser
 * with WebCrypto has it, also where OPFS is not to be had or not to be written from a page. With it, in one chunk that the
 * first screen does without, comes what else of this room is not needed to open and to save.
 */
import type { RecoveryWrap, Spare } from "../lock";
import { type Copy, type CopyName, secondName } from "./copies";
import type { MediaState } from "./types";
import { got, transact } from "./transact";

export { tidy } from "./compact";
export { mend } from "./mend";
export { rescue } from "./rescue";
export { remember, remembered, settle } from "./settle";

const BASE = "/second/";
const BATCH = 4;
const utf8 = new TextEncoder();

/** Null where the browser has no Cache Storage: then there is one home only. */
export async function openSecond(name: string): Promise<Second | null> {
  return typeof caches === "undefined" ? null : new Second(await caches.open(secondName(name)));
}

export class Second {
  constructor(private readonly cache: Cache) {}

  async put(copies: readonly Copy[]): Promise<void> {
    await Promise.all(copies.map((c) => this.cache.put(address(c.name), new Response(pack(c)))));
  }

  async drop(names: readonly CopyName[]): Promise<void> {
    await Promise.all(names.map((n) => this.cache.delete(address(n))));
  }

  async names(): Promise<CopyName[]> {
    return (await this.cache.keys()).map((r) => nameOf(r.url)).filter((n): n is CopyName => n !== null);
  }

  /** Null: not there, or not whole. */
  async read(name: CopyName): Promise<Copy | null> {
    const found = await this.cache.match(address(name));
    return found ? unpack(name, await found.arrayBuffer().catch(() => new ArrayBuffer(0))) : null;
  }

  /** Drops copies of a few media, those the server has first, then the oldest; true where there were any. */
  async giveUp(db: IDBDatabase, spare: (s: MediaState) => boolean): Promise<boolean> {
    const here = new Set((await this.names()).filter((n) => n[0] === "media").map((n) => n[1]));
    if (here.size === 0) return false;
    const states = await transact(db, ["mediaState"], "readonly", (tx) => got(tx.objectStore("mediaState").getAll()));
    const gone = (states as MediaState[])
      .filter((s) => here.has(s.sha256) && spare(s))
      .sort((a, b) => Number(!a.receipt) - Number(!b.receipt) || a.at - b.at)
      .slice(0, BATCH);
    await this.drop(gone.map((s) => ["media", s.sha256]));
    return gone.length > 0;
  }

  async spare(): Promise<Spare | undefined> {
    const copy = await this.read(["spare"]);
    const [salt, nonce, wrapped, of, ...held] = copy?.parts ?? [];
    if (!copy || !salt || !nonce || !wrapped || !of) return undefined;
    const { iterations, kids } = copy.head as { iterations: number; kids: string[] };
    const recovery = held.map((w, i): RecoveryWrap => ({ kid: kids[i] ?? "", wrapped: w }));
    return { version: 1, iterations, salt, nonce, wrapped, of, recovery };
  }

  putSpare(s: Spare): Promise<void> {
    const { salt, nonce, wrapped, of, iterations, recovery } = s;
    const head = { iterations, kids: recovery.map((r) => r.kid) };
    return this.put([{ name: ["spare"], head, parts: [salt, nonce, wrapped, of, ...recovery.map((r) => r.wrapped)] }]);
  }
}

const address = (name: CopyName): string => BASE + name.map(encodeURIComponent).join("/");

function nameOf(url: string): CopyName | null {
  const { pathname } = new URL(url);
  const parts = pathname.slice(BASE.length).split("/").map(decodeURIComponent);
  const long = { step: 5, draft: 2, media: 2, spare: 1, who: 1 }[parts[0] as CopyName[0]];
  return pathname.startsWith(BASE) && parts.length === long ? (parts as unknown as CopyName) : null;
}

/** A line of JSON with the lengths of the parts, then these. */
function pack({ head, parts }: Copy): Uint8Array<ArrayBuffer> {
  const first = utf8.encode(JSON.stringify({ ...head, parts: parts.map((p) => p.byteLength) }) + "\n");
  const out = new Uint8Array(first.length + parts.reduce((n, p) => n + p.byteLength, 0));
  out.set(first);
  let at = first.length;
  for (const p of parts) {
    out.set(new Uint8Array(p), at);
    at += p.byteLength;
  }
  return out;
}

function unpack(name: CopyName, body: ArrayBuffer): Copy | null {
  try {
    const end = new Uint8Array(body).indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(body.slice(0, end))) as Copy["head"] & { parts: number[] };
    let at = end + 1;
    const parts = head.parts.map((size) => body.slice(at, (at += size)));
    return at === body.byteLength ? { name, head, parts } : null;
  } catch {
    return null;
  }
}
