import { type Cellar, write, writeLarge } from "./cellar";
import { drop, nextPlan, planIn, readPlan } from "./plan";
import { json, pack } from "./segments";
import { key, type LineRecord, type SegmentKey } from "./shapes";
import { got } from "./transact";
import type { Answer, AreaReply, LineKey, ReplyToStore, StoredReply } from "./types";

export interface Applied extends StoredReply {
  /** The segments this reply became, for those who keep an index in memory. */
  segments: { key: SegmentKey; part: AreaReply }[];
}

/**
 * Stores a reply in one transaction: answers, rows, state of sync, and the switch of areas that were read anew. Sealing
 * comes first, against the plan as it was; when the plan moved meanwhile (segments were merged) it is done again.
 */
export async function storeReply(c: Cellar, reply: ReplyToStore): Promise<Applied> {
  const erase = reply.erase ?? [];
  const parts = reply.areas.filter((p) => (p.rows.length > 0 || p.gone.length > 0) && !erase.includes(p.area));
  for (;;) {
    const was = await readPlan(c.db);
    if (was.turn !== reply.turn) return { stored: false, turn: was.turn, switched: [], segments: [] };
    const next = nextPlan(was, { fresh: reply.fresh, areas: parts.map((p) => p.area), erase, more: reply.more });
    const sealer = c.sealer();
    const state = await sealer.seal(["meta", "sync"], json(reply.state));
    const segments = await Promise.all(
      parts.map(async (part) => {
        const at = next.into.get(part.area);
        if (!at) throw new Error("keep: an area without a place");
        const k: SegmentKey = [part.area, at.generation, at.segment];
        const { index, body } = pack(part.rows, part.gone);
        const [idx, sealedBody] = await Promise.all([
          sealer.seal(["idx", ...k], index),
          sealer.seal(["body", ...k], body),
        ]);
        return { key: k, part, idx, body: sealedBody };
      }),
    );
    const done = await writeLarge(
      c,
      ["meta", "lines", "idx", "body"],
      async (tx) => {
        const now = await planIn(tx);
        if (now.turn !== was.turn || now.rev !== was.rev) return false;
        await answer(tx, reply.answers, next.plan.turn);
        for (const s of segments) {
          tx.objectStore("idx").put(s.idx, key(s.key));
          tx.objectStore("body").put(s.body, key(s.key));
        }
        for (const d of next.drops) drop(tx, d);
        tx.objectStore("meta").put(state, "sync");
        tx.objectStore("meta").put(next.plan, "plan");
        return true;
      },
      reply.safe ?? (() => false),
    );
    if (!done) continue;
    return {
      stored: true,
      turn: next.plan.turn,
      switched: next.switched,
      segments: segments.map((s) => ({ key: s.key, part: s.part })),
    };
  }
}

/** The first answer of an epoch keeps its time; a later one may still change what was said. */
async function answer(tx: IDBTransaction, answers: { key: LineKey; answer: Answer }[], turn: number): Promise<void> {
  const lines = tx.objectStore("lines");
  for (const a of answers) {
    const record = (await got(lines.get(key(a.key)))) as LineRecord | undefined;
    if (!record) continue;
    const first = record.answer && record.answer.epoch === a.answer.epoch ? record.answer : null;
    const becameApplied = first !== null && first.r === "held" && a.answer.r !== "held";
    const said = {
      ...a.answer,
      time: first?.time ?? a.answer.time,
      turn: first && !becameApplied ? first.turn : turn,
    };
    lines.put({ ...record, answer: said } satisfies LineRecord, key(a.key));
  }
}

/**
 * A server was restored: every kept line counts as unsent, every medium as never received, and what is known of the
 * server is replaced. Rows stay until the server sends them anew.
 */
export async function startAgain(c: Cellar, turn: number, state: unknown): Promise<{ stored: boolean; turn: number }> {
  const sealed = await c.sealer().seal(["meta", "sync"], json(state));
  return write(c, ["meta", "lines", "mediaState"], "strict", async (tx) => {
    const plan = await planIn(tx);
    if (plan.turn !== turn) return { stored: false, turn: plan.turn };
    await each(tx.objectStore("lines"), (r: LineRecord) => ({ ...r, answer: null }));
    await each(tx.objectStore("mediaState"), (s: object) => ({ ...s, upload: null, receipt: null }));
    tx.objectStore("meta").put(sealed, "sync");
    tx.objectStore("meta").put({ ...plan, rev: plan.rev + 1, turn: plan.turn + 1 }, "plan");
    return { stored: true, turn: plan.turn + 1 };
  });
}

async function each<T>(store: IDBObjectStore, f: (value: T) => T): Promise<void> {
  const keys = await got(store.getAllKeys());
  for (const k of keys) store.put(f((await got(store.get(k))) as T), k);
}
