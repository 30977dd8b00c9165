import "fake-indexeddb/auto";
import { afterEach, expect, it } from "vitest";
import { type Bytes, openerOf, openRecovery, setPin, type Sealer } from "../lock";
import { Keep } from ".";

const bytes = (s: string): Bytes => new TextEncoder().encode(s);
const text = (b: Bytes) => new TextDecoder().decode(b);
const line = (say: string) => ({ dev: "d1", freeze: (n: number) => ({ id: say + n, bytes: bytes(say) }) });
const photo = (name: string, size = 5) => ({ sha256: name, type: "image/jpeg", bytes: new Uint8Array(size).fill(65) });
const head = { device: "d1", user: "u", app: "1", at: 5, safe: null };

let count = 0;
let k: Keep;
async function fresh(): Promise<Keep> {
  k = await Keep.open({ name: "rescue" + ++count });
  await k.unlock(setPin(k.shelf, "295814", 1000));
  return k;
}
afterEach(() => k.close());

/** The server's recovery keys by kid, and what a phone is told of one. */
const privates = new Map<string, CryptoKey>();
async function recovery(kid: string): Promise<Parameters<Keep["recoverable"]>[0]> {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  privates.set(kid, pair.privateKey);
  return { kid, key: { kty: "EC", crv: "P-256", x, y } };
}

interface Entry {
  [key: string]: unknown;
  wraps?: { kid: string; wrapped: string; proof?: string }[];
}

/** Reads a file as the server does, by the wrap of one recovery key: its entries, each with what was sealed. */
async function read(blob: Blob, kid: string): Promise<{ header: Entry; said: string[]; end: unknown }> {
  const file = new Uint8Array(await blob.arrayBuffer());
  let at = 0;
  const next = (): [Entry, ArrayBuffer] => {
    const end = file.indexOf(10, at);
    const entry = JSON.parse(text(file.slice(at, end))) as Entry;
    const size = Number(entry["bytes"] ?? 0);
    at = end + 1 + (size > 0 ? size + 1 : 0);
    return [entry, file.slice(end + 1, end + 1 + size).buffer];
  };
  const [header] = next();
  const wrapped = Uint8Array.from(
    Buffer.from(header.wraps?.find((w) => w.kid === kid)?.wrapped ?? "", "base64url"),
  ).buffer;
  const o: Sealer = await openerOf(await openRecovery({ kid, wrapped }, privates.get(kid) as CryptoKey));
  const said: string[] = [];
  for (;;) {
    const [e, sealed] = next();
    if (e["end"] !== undefined) {
      expect(at).toBe(file.length);
      return { header, said, end: e["end"] };
    }
    if (e["media"])
      said.push(
        `media ${String(e["media"])} of ${String(e["draft"] ?? "lines")} ${(await o.open(["media", String(e["media"])], sealed)).length}`,
      );
    else if (e["draft"])
      said.push(`draft ${String(e["draft"])} ${text(await o.open(["draft", String(e["draft"])], sealed))}`);
    else said.push(`line ${text(await o.open(["line", String(e["dev"]), Number(e["n"])], sealed))}`);
  }
}

it("has lines, drafts and the photos of both, while locked; not what a backup holds", async () => {
  await fresh();
  await expect(k.rescue(head)).rejects.toMatchObject({ code: "no_recovery" });
  await k.recoverable(await recovery("kid"));
  await k.putDraft("/discover", { say: "half a sentence" });
  await k.keepMedium("/discover", photo("p-draft", 3));
  await k.save({ ...line("a"), media: [photo("p-line", 9)] });
  await k.save(line("b"));
  k.lock();
  const { blob, took, ...counts } = await k.rescue(head);
  expect(counts).toEqual({ lines: 2, media: 2, drafts: 1, left: 0 });
  const { header, said, end } = await read(blob, "kid");
  expect(header).toMatchObject({ zoufang: "rescue", v: 1, device: "d1", user: "u", kid: "kid" });
  expect(said).toEqual([
    "line a",
    "line b",
    'draft /discover {"say":"half a sentence"}',
    "media p-line of lines 9",
    "media p-draft of /discover 3",
  ]);
  expect(end).toBe(5);
});

it("has of a draft what it would become, where that is known", async () => {
  await fresh();
  await k.recoverable(await recovery("kid"));
  await k.putDraft("a", { box: "half a sentence" }, { v: 2, items: [] });
  await k.putDraft("b", { box: "of an older app" });
  await k.putDraft("c", { box: "x" }, "x".repeat((1 << 20) + 1));
  const { said } = await read((await k.rescue(head)).blob, "kid");
  expect(said).toEqual(['draft a {"v":2,"items":[]}', 'draft b {"box":"of an older app"}', 'draft c {"box":"x"}']);
  expect((await k.drafts()).map((d) => d.value)).toContainEqual({ box: "half a sentence" });
});

it("leaves out what is safe, drafts never", async () => {
  await fresh();
  await k.recoverable(await recovery("kid"));
  await k.save(line("a"));
  await k.save(line("b"));
  await k.putDraft("d", 1);
  await k.storeReply({
    turn: 0,
    state: null,
    answers: [{ key: ["d1", 1], answer: { r: "ok", epoch: "e", time: 10 } }],
    fresh: [],
    areas: [],
    more: false,
  });
  const some = await k.rescue({ ...head, safe: { epoch: "e", at: 11 } });
  expect([some.lines, some.drafts]).toEqual([1, 1]);
});

it("goes on in another file where one is full, until nothing is left", async () => {
  await fresh();
  await k.recoverable(await recovery("kid"));
  await k.putDraft("d", "of each file");
  for (const say of ["a", "b", "c"]) await k.save({ ...line(say), media: [photo(say, 2000)] });
  const took = new Set<string>();
  const seen: string[] = [];
  let files = 0;
  for (let left = 1; left > 0; files++) {
    expect(files).toBeLessThan(9);
    const part = await k.rescue({ ...head, without: took, most: 3000 });
    const { said } = await read(part.blob, "kid");
    expect(said.some((s) => s.startsWith("draft d"))).toBe(true);
    seen.push(...said.filter((s) => !s.startsWith("draft")));
    part.took.forEach((t) => took.add(t));
    left = part.left;
  }
  expect(files).toBeGreaterThan(1);
  expect(seen.sort()).toEqual([
    "line a",
    "line b",
    "line c",
    "media a of lines 2000",
    "media b of lines 2000",
    "media c of lines 2000",
  ]);
});

it("opens by each recovery key the phone ever wrapped to, and is signed for under each", async () => {
  await fresh();
  await k.recoverable(await recovery("old"));
  await k.recoverable(await recovery("new"));
  await k.save(line("a"));
  const { blob } = await k.rescue({ ...head, sign: (kid, wrapped) => Promise.resolve(kid + wrapped.length) });
  for (const kid of ["old", "new"]) {
    const { header, said } = await read(blob, kid);
    expect(said).toEqual(["line a"]);
    expect(header).toMatchObject({ kid: "new", proof: "new113" }); // what older servers read
    expect(header.wraps?.map((w) => [w.kid, w.proof])).toEqual([
      ["new", "new113"],
      ["old", "old113"],
    ]);
    expect(header["wrapped"]).toBe(header.wraps?.[0]?.wrapped);
  }
});
