/** What is saved: items become lines, frozen for this device, and lie on the disk when the promise resolves. */
import {
  freeze,
  mediaOf,
  randomToken,
  recordId,
  type CommitId,
  type Digest,
  type Item,
  type Json,
  type RecordId,
} from "../../../shared/wire";
import type { FrozenLine, Known, NewMedium } from "../keep";
import { toldOf, type Told } from "./deeds";
import { Reading, type ReadingDeps } from "./reading";
import { typed } from "./typed";
import type * as T from "./types";

export interface WritingDeps extends ReadingDeps {
  mono: () => number;
  page: string; // random, of this page load
  /** The time the enrolment told: what lines name as heard before the first reply. */
  enrolled: number;
}

export abstract class Writing<D extends WritingDeps> extends Reading<D> {
  /** Of drafts, what this tab read or wrote last: no write goes over anything else. */
  private readonly known = new Map<string, Known>();

  /** Something was saved that is to be sent. */
  abstract nudge(): void;

  newId(): RecordId {
    return recordId(this.d.now());
  }

  digest(bytes: Uint8Array<ArrayBuffer>): Promise<Digest> {
    return this.d.keep.digest(bytes);
  }

  async save(items: Item[], media: T.Media = [], options: T.SaveOptions = {}): Promise<CommitId> {
    return (await this.saveSteps([items], media, options))[0] as CommitId;
  }

  async saveSteps(steps: T.Step[], media: T.Media = [], options: T.SaveOptions = {}): Promise<CommitId[]> {
    const { device: dev } = this.d.me;
    const given = media.map((m) => (typeof m === "string" ? m : m.sha256));
    const fresh = media.filter((m): m is NewMedium => typeof m !== "string");
    const known: Told = {};
    const ids = await this.m.saved(() =>
      this.d.keep.saveAll({
        dev,
        media: fresh,
        ...(options.draft !== undefined ? { draft: options.draft, known: this.known.get(options.draft) } : {}),
        lines: steps.map((step) => (n, prev, earlier) => {
          const items = typeof step === "function" ? step(earlier) : step;
          if (items.length === 0 && steps.length > 1) {
            return null;
          }
          const named = new Set([...(earlier.length === 0 ? given : []), ...mediaOf(items)]);
          const told = toldOf(items, this.m.book, known);
          Object.assign(known, told);
          return {
            ...this.freeze(dev, n, prev, items),
            told,
            media: Array.from(named).filter((d) => this.holds(d, given, fresh)),
          };
        }),
      }),
    );
    if (options.draft !== undefined) this.known.set(options.draft, null);
    this.nudge();
    return ids;
  }

  amend(id: CommitId, items: Item[], media: T.Media = [], options: T.SaveOptions = {}): Promise<CommitId> {
    return this.save([["judge", id, "amend", ""], ...items], media, options);
  }

  async takeDraft(id: string, waited = false): Promise<void> {
    await this.m.reread(waited ? ["lines", "drafts"] : ["drafts"]);
    this.known.set(id, this.listed(id) ?? null);
  }

  async saveDraft(id: string, value: Json, intent?: T.Intent): Promise<void> {
    const told = intent && { v: 2, ...intent, at: Math.round(this.d.now()) };
    this.known.set(id, await this.d.keep.putDraft(id, value, told, this.known.get(id) ?? null));
  }

  async dropDraft(id: string): Promise<void> {
    await this.d.keep.dropDraft(id, this.known.has(id) ? this.known.get(id) : this.listed(id));
    this.known.set(id, null);
  }

  holdMedia(draft: string, digests: Digest[]): Promise<void> {
    return this.d.keep.holdMedia(draft, digests);
  }

  private listed(id: string): number | undefined {
    return this.m.drafts.find((x) => x.id === id)?.version;
  }

  async keepPhoto(draft: string, photo: T.NewPhoto): Promise<Digest> {
    const sha256 = await this.digest(photo.bytes);
    await this.d.keep.keepMedium(draft, { ...photo, sha256 });
    await this.m.takeMedia();
    return sha256;
  }

  /**
   * Whether a line is to hold a medium it names. One that a line before it named and this phone let go of is on the
   * server and in its backup; one that was given and is nowhere must make the save fail.
   */
  private holds(digest: Digest, given: readonly Digest[], fresh: readonly NewMedium[]): boolean {
    if (this.m.mediaBy.has(digest) || fresh.some((m) => m.sha256 === digest)) {
      return true;
    }
    return given.includes(digest) && !this.m.own.all().some((l) => mediaOf(l.commit.do).includes(digest));
  }

  private freeze(dev: string, n: number, prev: string | null, items: Item[]): FrozenLine {
    return freeze({
      dev,
      n,
      prev,
      nonce: randomToken(9),
      user: this.d.me.id,
      at: this.d.now(),
      mono: this.d.mono(),
      page: this.d.page,
      heard: this.m.state.heard ?? this.d.enrolled,
      do: typed(items),
    });
  }
}
