/** What a phone that was shut out still does: hands over all that only it has, and erases the rows. */
import { Malformed, startsOver, type CommitId } from "../../../shared/wire";
import { toStore } from "./apply";
import { sendMedia, unsentMedia } from "./media";
import { mostRounds, type Sending, type SendingDeps } from "./sending";
import type { Standing } from "./standing";
import { isAnswered } from "./state";
import type { Uploader } from "./upload";

/** Lines, then their media; the rows go however that ends, unless `check` throws: it does where this is to stop. */
export async function lastWill(
  d: SendingDeps,
  s: Standing,
  out: Sending,
  up: Uploader,
  check: () => void,
): Promise<{ fault: unknown }> {
  try {
    await handOver(d, s, out, check);
    return { fault: await sendMedia(d.keep, d.server, up, s.state.epoch, true) };
  } finally {
    await shut(s, d, check);
  }
}

/**
 * Lines the server has not answered, and those whose media are still here: they go along though they were answered, since
 * only media that a will names may be sent by its proof.
 */
async function handOver(d: SendingDeps, s: Standing, out: Sending, check: () => void): Promise<void> {
  const named = new Set<CommitId>();
  for (let rounds = 0; rounds < mostRounds; rounds++) {
    check();
    const { epoch } = s.state;
    const hold = new Set(unsentMedia(await d.keep.mediaStates(), epoch).flatMap((m) => m.lines));
    const lines = s.lines.filter((l) => !named.has(l.id) && (!isAnswered(s.state, l) || hold.has(l.id)));
    if (lines.length === 0) {
      return;
    }
    const [packed, sent] = await out.pack(lines);
    const reply = await out.halving(packed, () => d.server.lastWill(packed));
    if (!reply) {
      continue;
    }
    if (startsOver(reply, epoch)) {
      await s.startOver(reply);
      named.clear();
      continue;
    }
    const part = { ...reply, cursor: s.state.cursor, changes: [], fresh: [], more: true };
    const order = toStore(part, sent, s.state, { turn: s.turn, now: d.now(), light: () => null });
    order.state.revoked = d.device;
    if (await s.store(order, sent)) {
      sent.forEach((l) => named.add(l.id));
    }
  }
  throw new Malformed("a server that never comes to an end");
}

/**
 * Notes that this device was shut out, and erases the rows. A reply in between makes it try again: another tab's. But
 * whoever stopped this session has perhaps enrolled the phone anew, and the rows are those of the new device: from then
 * on nothing is erased.
 */
async function shut(s: Standing, d: SendingDeps, check: () => void): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    check();
    const { scope, leaving, revoked } = s.state;
    const erase = scope ? [...scope.areas, ...scope.above, ...leaving] : leaving;
    if (erase.length === 0 && revoked === d.device) {
      return;
    }
    if (await s.note({ cursor: null, scope: null, leaving: [], revoked: d.device }, erase, true)) {
      return;
    }
  }
}
