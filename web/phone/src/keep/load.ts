import type { Cellar } from "./cellar";
import { oldestFirst } from "./lines";
import { planIn } from "./plan";
import type { Rows } from "./rows";
import { parse } from "./segments";
import type { LineRecord, Plan } from "./shapes";
import { got, transact } from "./transact";
import type { KeptLine, LineKey, Loaded } from "./types";

/** One snapshot of the disk, still sealed. */
export interface Read {
  plan: Plan;
  ctr: unknown;
  state: ArrayBuffer | undefined;
  idxKeys: IDBValidKey[];
  idx: ArrayBuffer[];
  lineKeys: IDBValidKey[];
  lines: LineRecord[];
}

export function readAll(c: Cellar, rows = true): Promise<Read> {
  return transact(c.db, ["meta", "lines", "idx"], "readonly", async (tx) => {
    const lines = tx.objectStore("lines");
    const idx = tx.objectStore("idx");
    const none: [IDBValidKey[], unknown[]] = [[], []];
    const [plan, ctr, state, [idxKeys, sealed], lineKeys, records] = await Promise.all([
      planIn(tx),
      got(tx.objectStore("meta").get("ctr")),
      got(tx.objectStore("meta").get("sync")),
      rows ? Promise.all([got(idx.getAllKeys()), got(idx.getAll())]) : none,
      got(lines.getAllKeys()),
      got(lines.getAll()),
    ]);
    return {
      plan,
      ctr,
      state: state as ArrayBuffer | undefined,
      idxKeys,
      idx: sealed as ArrayBuffer[],
      lineKeys,
      lines: records as LineRecord[],
    };
  });
}

/**
 * Opens a snapshot. One blob that does not open costs only itself: a segment's area is named for rereading, a line stays
 * where it is for the rescue file, a lost state makes sync start from nothing.
 */
export async function load(c: Cellar, rows: Rows | null, read: Read): Promise<Loaded> {
  const sealer = c.sealer();
  const lines: KeptLine[] = [];
  const unreadable: LineKey[] = [];
  const openLines = Promise.all(
    read.lines.map(async (r, i): Promise<KeptLine | LineKey> => {
      const [dev, n] = read.lineKeys[i] as [string, number];
      const bytes = await sealer.open(["line", dev, n], r.sealed).catch(() => null);
      if (!bytes) return [dev, n];
      const { turn, ...answer } = r.answer ?? { turn: Infinity, r: "ok" as const, epoch: "", time: 0 };
      const told = !r.told
        ? undefined
        : await sealer
            .open(["meta", "told", dev, n], r.told)
            .then(parse)
            .catch(() => undefined);
      return {
        dev,
        n,
        id: r.id,
        bytes,
        answer: r.answer && answer,
        reply: r.answer ? turn : null,
        settled: turn <= read.plan.settled,
        ...(told === undefined ? {} : { told }),
      };
    }),
  );
  const [opened, damaged, state] = await Promise.all([
    openLines,
    rows ? rows.build(read.plan, read.idxKeys, read.idx) : [],
    read.state ? sealer.open(["meta", "sync"], read.state).then(parse, () => null) : null,
  ]);
  for (const l of opened) {
    if ("id" in l) lines.push(l);
    else unreadable.push(l);
  }
  return {
    rows: rows ? rows.all() : [],
    lines: oldestFirst(read.ctr, lines, (l) => l.dev),
    state,
    turn: read.plan.turn,
    damaged,
    unreadable,
  };
}
