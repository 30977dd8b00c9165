/** What the status line says: always true, from what is on the disk and how the last sync went. */
import type { StorageUse } from "../keep";
import { isAnswered, unsentMedia, type Report } from "../sync";
import { behindRejected, isOpenHeld, replacedBy, thingsIn } from "./own";
import type { Memory } from "./memory";
import type { Status } from "./types";

export interface Around {
  app: string;
  device: string;
  report: Report;
  saver: boolean;
  storage: StorageUse;
  freed: number;
  full: boolean;
  copied: boolean;
  keyless: boolean;
  /** Media may go over the line there is now. */
  mediaAllowed: boolean;
  handed: ReadonlySet<string>;
}

export function statusOf(m: Memory, a: Around): Status {
  const unsent = m.kept.filter((l) => !isAnswered(m.state, l));
  const unsentIds = new Set(unsent.map((l) => l.id));
  const unreadable = unsent.filter((l) => !m.own.get(l.id)).length;
  const media = unsentMedia(m.media, m.state.epoch);
  const open = m.own.all().filter(isOpenHeld);
  const replaced = replacedBy(m.own.all());
  const over = behindRejected(m.own.all());
  const r = a.report;
  const noNet = globalThis.navigator?.onLine === false;
  const said = (at: number | null): number | null => (at === null ? null : m.clock.said(at));
  return {
    phase: r.phase,
    offline: noNet,
    unreached: !noNet && (r.trouble === "offline" || r.trouble === "busy"),
    lastSync: said(m.state.at),
    sent: m.state.sent,
    received: m.state.received,
    progress:
      r.phase === "syncing" && m.state.at === null && r.moved ? { rows: r.moved.rows, bytes: r.moved.received } : null,
    unsent: {
      things: thingsIn(m.own.all().filter((l) => unsentIds.has(l.kept.id))) + unreadable,
      lines: unsent.length,
      bytes: sum(unsent.map((l) => l.bytes.length)),
      media: media.length,
      mediaBytes: sum(media.map((s) => s.size)),
    },
    held: thingsIn(
      open.filter(
        (l) => l.code !== "waiting" && l.code !== "revoked" && !a.handed.has(l.kept.id) && !replaced.has(l.kept.id),
      ),
    ),
    waiting: open.filter((l) => l.code === "waiting" && !over.has(l.kept.id)).length,
    revoked: r.trouble === "revoked" || m.state.revoked === a.device,
    unknown: r.trouble === "unknown" || a.keyless,
    lost: a.keyless,
    outdated: older(a.app, m.state.minApp),
    dataSaver: a.saver,
    mediaWait: media.length > 0 && !a.mediaAllowed,
    storage: { ...a.storage, freed: a.freed, copied: a.copied },
    full: a.full,
    damaged: m.unreadable + m.own.unread > 0 || r.trouble === "fault",
    contact: said(m.state.heard),
    clockWrong: m.clock.wrong(),
  };
}

function sum(n: number[]): number {
  return n.reduce((a, b) => a + b, 0);
}

/** Whether version a comes before b: "1.4.0" before "1.10.0". */
export function older(a: string, b: string): boolean {
  const [x, y] = [a, b].map((v) => v.split(".").map((p) => parseInt(p, 10) || 0));
  for (let i = 0; i < 3; i++) {
    const [m, n] = [x?.[i] ?? 0, y?.[i] ?? 0];
    if (m !== n) {
      return m < n;
    }
  }
  return false;
}
