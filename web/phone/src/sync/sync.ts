/** When to sync, and what to say of it. */
import { isProblem, Malformed, Offline, Problem } from "../../../shared/wire";
import { KeepError } from "../keep";
import type { Lease } from "./lease";
import { Session, Stopped, type SessionDeps } from "./session";

/** How the last try ended, and how the present one goes. */
export interface Report {
  phase: "idle" | "syncing" | "waiting";
  /** offline: no server answered. unknown: it does not know this phone. fault: something else went wrong. */
  trouble: null | "offline" | "busy" | "revoked" | "unknown" | "fault";
  moved: { rows: number; received: number; sent: number } | null;
}

export interface SyncDeps extends Omit<SessionDeps, "moved" | "stopped"> {
  lease: Lease;
  random: () => number;
  report: (r: Report) => void;
  /** Whether media may go over the line there is now. */
  mediaAllowed: () => boolean;
  every?: number; // ms between syncs by themselves; Infinity: only when asked
  /** Whether somebody may be looking. Nobody: the syncs by themselves are few. */
  seen?: () => boolean;
}

/** While somebody looks, what the office decided is here within a minute: the pause, and the sync after it. */
const whileSeen = 45_000;
const unseen = 5 * 60_000;

const soon = 400; // after a save, so that a visit and its submission go together
const firstPause = 4_000;
const longestPause = 5 * 60_000;
const rest = 30_000; // between tries that nobody asked for but the browser

/**
 * Runs sessions, one at a time: when asked, after a save, when the net or the page comes back, every few minutes while
 * open, and again after a failure, with pauses that grow. `start` before anything else, `stop` at the end.
 */
export class Sync {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private asked = false; // while one runs
  private media = false; // asked for by hand
  private failures = 0;
  private tried = -Infinity; // when the last try began
  private due = Infinity; // when the next one is to begin, while none runs
  private stopped = true;
  private now: Report = { phase: "idle", trouble: null, moved: null };

  constructor(private readonly d: SyncDeps) {}

  start(): void {
    this.stopped = false;
    this.set(0);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Something was saved, or the net came back. */
  nudge(): void {
    if (this.running) {
      this.asked = true;
    } else {
      this.failures = 0;
      this.set(soon);
    }
  }

  /**
   * The browser believes that the net is back. It may believe so of one that leads nowhere, as often as it is asked: the
   * pauses after failures go on growing, and the next try is only brought forward, to some way off the last.
   */
  wake(): void {
    const at = Math.max(this.clock(), this.tried + rest);
    if (!this.running && at < this.due) {
      this.set(at - this.clock());
    }
  }

  /** Syncs now; resolves when a sync that began after this call is over, however it ended. */
  async sync(media = false): Promise<void> {
    this.media = this.media || media;
    if (this.running) {
      await this.running;
    }
    if (!this.running) {
      this.failures = 0;
      void this.begin();
    }
    await this.running;
  }

  private clock(): number {
    return performance.now();
  }

  private set(ms: number): void {
    clearTimeout(this.timer);
    this.due = this.clock() + ms;
    if (!this.stopped && Number.isFinite(ms)) {
      this.timer = setTimeout(() => void this.begin(), ms);
    }
  }

  private begin(): Promise<void> {
    if (this.stopped) {
      return Promise.resolve();
    }
    clearTimeout(this.timer);
    this.running ??= this.once().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async once(): Promise<void> {
    this.asked = false;
    this.tried = this.clock();
    const media = this.media || this.d.mediaAllowed();
    this.media = false;
    let pause = this.d.every ?? (this.d.seen?.() === false ? unseen : whileSeen);
    let trouble: Report["trouble"] = null;
    let shut = false;
    const failed = (e: unknown): void => {
      trouble = shut ? "revoked" : troubleOf(e);
    };
    try {
      const mine = await this.d.lease(async (lost) => {
        this.tell({ phase: "syncing", moved: { rows: 0, received: 0, sent: 0 } });
        const session = new Session({
          ...this.d,
          stopped: () => this.stopped || lost(),
          moved: (rows, received, sent) => this.tell({ moved: { rows, received, sent } }),
        });
        const { fault } = await session.run(media).catch((e: unknown) => {
          if (!isProblem(e, "revoked")) {
            throw e;
          }
          shut = true;
          this.tell({ trouble: "revoked" });
          return session.lastWill();
        });
        if (shut || fault) {
          failed(fault);
        }
      });
      this.failures = 0;
      pause = mine ? pause : Math.min(pause, 15_000);
    } catch (e) {
      failed(e);
      this.failures++;
      pause = this.pauseAfter(e);
    }
    if (this.stopped) {
      return;
    }
    this.tell({ phase: trouble === null || trouble === "revoked" ? "idle" : "waiting", trouble, moved: null });
    this.set(this.asked ? soon : pause);
  }

  private pauseAfter(e: unknown): number {
    const grown = Math.min(longestPause, firstPause * 2 ** Math.min(this.failures - 1, 8));
    const jittered = grown * (0.5 + this.d.random());
    return e instanceof Problem && e.retryAfter !== null ? Math.max(e.retryAfter, jittered) : jittered;
  }

  private tell(r: Partial<Report>): void {
    this.now = { ...this.now, ...r };
    this.d.report(this.now);
  }
}

function troubleOf(e: unknown): Report["trouble"] {
  if (e instanceof Stopped || (e instanceof KeepError && e.code === "locked")) {
    return null;
  }
  if (e instanceof Offline || e instanceof Malformed) {
    return "offline"; // a captive portal's page is no server either
  }
  if (e instanceof Problem) {
    return e.code === "unknown"
      ? "unknown"
      : e.code === "revoked"
        ? "revoked"
        : e.temporary || e.code === ""
          ? "busy"
          : "fault";
  }
  return "fault";
}
