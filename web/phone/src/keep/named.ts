import type { Shelf, Tries, Wrap } from "../lock";
import { type Cellar, write } from "./cellar";
import { KeepError } from "./errors";
import { json, parse } from "./segments";
import { RESERVED } from "./shapes";
import { got, transact } from "./transact";

function checkName(name: string): void {
  if (RESERVED.includes(name)) throw new KeepError("name");
}

/** A small thing by name, not sealed: keys, the device's id, a lease. Never anything of residents. */
export async function readNamed(c: Cellar, name: string): Promise<unknown> {
  checkName(name);
  return transact(c.db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").get(name)));
}

/** Replaces it by f(old) in one strict transaction and returns what is stored now; undefined deletes. */
export async function updateNamed(c: Cellar, name: string, f: (old: unknown) => unknown): Promise<unknown> {
  checkName(name);
  const value = await update(c, name, f);
  c.tell({ what: "named", name });
  return value;
}

function update(c: Cellar, name: string, f: (old: unknown) => unknown): Promise<unknown> {
  return write(c, ["meta"], "strict", async (tx) => {
    const meta = tx.objectStore("meta");
    const value = f(await got(meta.get(name)));
    if (value === undefined) meta.delete(name);
    else meta.put(value, name);
    return value;
  });
}

export async function readSecret(c: Cellar, name: string): Promise<unknown> {
  const sealed = await readNamed(c, name);
  return sealed === undefined ? undefined : parse(await c.sealer().open(["meta", name], sealed as ArrayBuffer));
}

/** A small thing by name as sealed JSON. */
export async function writeSecret(c: Cellar, name: string, value: unknown): Promise<void> {
  const sealed = await c.sealer().seal(["meta", name], json(value));
  await updateNamed(c, name, () => sealed);
}

const DAMAGED = "damaged";

const texts = (v: unknown) => (Array.isArray(v) ? (v as string[]) : []);

/** Areas with a segment that did not open. */
export async function damaged(c: Cellar): Promise<string[]> {
  return texts(await readNamed(c, DAMAGED));
}

export async function noteDamaged(c: Cellar, more: string[], mended: string[] = []): Promise<void> {
  await updateNamed(c, DAMAGED, (old) => [...new Set([...texts(old), ...more])].filter((a) => !mended.includes(a)));
}

/** What lock/ keeps here. */
export function shelf(c: Cellar, spare: Pick<Required<Shelf>, "spare" | "putSpare">): Shelf {
  const read = (name: string) => transact(c.db, ["meta"], "readonly", (tx) => got(tx.objectStore("meta").get(name)));
  return {
    ...spare,
    wrap: async () => (await read("wrap")) as Wrap | undefined,
    async putWrap(was, now) {
      let put = false;
      await update(c, "wrap", (stored) => {
        put = same(stored as Wrap | undefined, was);
        return put ? now : stored;
      });
      return put;
    },
    async tries(f) {
      return (await update(c, "tries", (t) => f((t as Tries | undefined) ?? { wrong: 0, at: 0 }))) as Tries;
    },
  };
}

function same(a: Wrap | undefined, b: Wrap | undefined): boolean {
  if (!a || !b) return a === b;
  const kids = (w: Wrap) => w.recovery.map((r) => r.kid).join("\n");
  return String(new Uint8Array(a.nonce)) === String(new Uint8Array(b.nonce)) && kids(a) === kids(b);
}
