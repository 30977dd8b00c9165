/** Which media are to be sent, and which may go. */
import type { Answer, Keep, LineKey, MediaState } from "../keep";
import { LockError } from "../lock";
import { Problem, type Digest, type Row, type Server } from "../../../shared/wire";
import { isSafe, type SyncState } from "./state";
import type { Uploader } from "./upload";

const mostAsked = 500;
const mostStrikes = 3; // refusals that may pass with time, one after the other: then the server has other trouble

type Kept = MediaState & { here: boolean };

/** Named by a line, here, and not received in this epoch. The smallest first: they arrive on the worst of lines. */
export function unsentMedia(states: readonly Kept[], epoch: string | null): Kept[] {
  return states
    .filter((m) => m.here && m.lines.length > 0 && m.receipt?.epoch !== epoch)
    .sort((a, b) => a.size - b.size);
}

/** What rows say the server lacks counts as never sent. */
export async function lacking(keep: Keep, rows: readonly Row[], time: number): Promise<void> {
  const need = new Set<Digest>();
  rows.forEach((r) => r.need.forEach((d) => need.add(d)));
  if (need.size === 0) {
    return;
  }
  for (const m of await keep.mediaStates()) {
    if (need.has(m.sha256) && m.receipt && m.receipt.time < time) {
      await keep.markMedium(m.sha256, { receipt: null });
    }
  }
}

/** Asks which of them the server has, and notes it. Returns those it has not. */
async function ask(keep: Keep, server: Server, epoch: string | null, media: readonly Kept[]): Promise<Kept[]> {
  const missing: Kept[] = [];
  for (let i = 0; i < media.length; i += mostAsked) {
    const some = media.slice(i, i + mostAsked);
    const said = await server.have(some.map((m) => m.sha256));
    const have = new Set(said.have);
    for (const m of some) {
      if (have.has(m.sha256) && said.epoch === epoch) {
        await keep.markMedium(m.sha256, { upload: null, receipt: { epoch: said.epoch, time: said.time } });
      } else {
        missing.push(m);
      }
    }
  }
  return missing;
}

/**
 * Sends all that is not received yet, each to its end before the next. One that does not open, or that the server
 * refuses, holds up none of the others; the first such fault is returned when all have had their try.
 */
export async function sendMedia(
  keep: Keep,
  server: Server,
  up: Uploader,
  epoch: string | null,
  proof: boolean,
): Promise<unknown> {
  let waiting = unsentMedia(await keep.mediaStates(), epoch);
  if (waiting.length > 0 && !proof) {
    waiting = await ask(keep, server, epoch, waiting);
  }
  const doubtful: Kept[] = [];
  let fault: unknown = null;
  let strikes = 0;
  for (const m of waiting) {
    try {
      const bytes = await keep.medium(m.sha256);
      if (!bytes) {
        continue;
      }
      const note = (url: string | null, offset: number): Promise<void> =>
        keep.markMedium(m.sha256, { upload: url === null ? null : { url, offset } });
      const upload = { sha256: m.sha256, type: m.type, bytes, url: m.upload?.url ?? null };
      const stored = await up.send(upload, note, proof ? await server.mediaProof(m.sha256) : undefined);
      if (stored) {
        await keep.markMedium(m.sha256, { upload: null, receipt: stored });
      } else {
        doubtful.push(m);
      }
      strikes = 0;
    } catch (e) {
      strikes = e instanceof Problem && e.temporary ? strikes + 1 : 0;
      if (!isOfOneMedium(e, proof) || strikes === mostStrikes) {
        throw e;
      }
      fault ??= e;
    }
  }
  if (doubtful.length > 0 && !proof) {
    await ask(keep, server, epoch, doubtful);
  }
  return fault;
}

/** What a server says that takes no media now: of too many, of work, of a full disk. The phone keeps all and comes again. */
const later = [429, 503, 507];

/** Whether a failure says nothing of the other media. A proof is refused for a medium that no line of the will names. */
function isOfOneMedium(e: unknown, proof: boolean): boolean {
  if (e instanceof LockError) {
    return e.code === "damaged";
  }
  return e instanceof Problem && !later.includes(e.status) && (e.status !== 401 || proof);
}

/**
 * Drops media the phone no longer has to answer for: received before the last verified backup began, named by safe lines
 * alone, and named by the server once more when asked now. A snapshot put back may have taken the photo but not its
 * line, so the answer that counts is today's. What the lines say is read in the step that drops: one that was saved a
 * moment ago counts, and one that does not open is never safe.
 */
export async function dropSafeMedia(
  keep: Keep,
  server: Server,
  s: SyncState,
  unreadable: ReadonlySet<string>,
): Promise<void> {
  const may = (await keep.mediaStates()).filter((m) => m.drafts.length === 0 && isSafe(s, m.receipt));
  const sure: Digest[] = [];
  for (let i = 0; i < may.length; i += mostAsked) {
    const some = may.slice(i, i + mostAsked);
    const said = await server.have(some.map((m) => m.sha256));
    const have = new Set(said.have);
    for (const m of some) {
      if (said.epoch !== s.epoch || !have.has(m.sha256)) {
        await keep.markMedium(m.sha256, { upload: null, receipt: null });
      } else {
        sure.push(m.sha256);
      }
    }
  }
  if (sure.length > 0) {
    await keep.dropMedia(sure, (key: LineKey, said: Answer | null) => !unreadable.has(String(key)) && isSafe(s, said));
  }
}
