import type { Shelf } from "../lock";
import type { Cellar } from "./cellar";
import type { Copies, Copy } from "./copies";
import type { Second } from "./second";
import type { Found } from "./types";

type Room = typeof import("./second");

/**
 * The way to the second home. What it takes is a chunk of its own, fetched while the door is drawn. `put`, `drop`,
 * `giveUp` and `settle` never throw; `noted` hears when a copy did not come about, and when all are there again.
 */
export class Home implements Copies {
  private readonly second: Promise<Second | null>;
  private readonly room: Promise<Room>;

  constructor(
    name: string,
    private readonly noted: (whole: boolean) => void,
  ) {
    this.room = import("./second");
    this.second = typeof caches === "undefined" ? Promise.resolve(null) : this.room.then((r) => r.openSecond(name));
    this.second.catch(() => undefined);
  }

  put: Copies["put"] = (copies) => this.quietly((s) => s.put(copies), undefined);
  drop: Copies["drop"] = (names) => this.quietly((s) => s.drop(names), undefined);
  giveUp: Copies["giveUp"] = (db, spare) => this.quietly((s) => s.giveUp(db, spare), false);

  /** Fails where the second home cannot be looked into: then nobody knows whether this phone is new. */
  async mend(db: IDBDatabase): Promise<Found> {
    const second = await this.second;
    return second ? (await this.room).mend(db, second) : { lines: 0, drafts: 0, media: 0, torn: 0 };
  }

  settle(c: Cellar, safe: Parameters<Room["settle"]>[2]): Promise<void> {
    return this.quietly(async (s) => {
      await (await this.room).settle(c, s, safe);
      this.noted(true);
    }, undefined);
  }

  remember(c: Cellar, who: unknown, open: Copy["head"]): Promise<void> {
    return this.quietly(async (s) => (await this.room).remember(c, s, who, open), undefined);
  }

  async rememberedOpen(): Promise<Copy["head"]> {
    return (await (await this.second)?.read(["who"]))?.head ?? {};
  }

  async remembered(c: Cellar): Promise<unknown> {
    const second = await this.second;
    return second ? (await this.room).remembered(c, second) : undefined;
  }

  /** For lock/. */
  readonly spares: Pick<Required<Shelf>, "spare" | "putSpare"> = {
    spare: async () => (await this.second)?.spare(),
    putSpare: (s) => this.quietly((second) => second.putSpare(s), undefined),
  };

  private async quietly<T>(job: (second: Second) => Promise<T>, otherwise: T): Promise<T> {
    try {
      const second = await this.second;
      return second ? await job(second) : otherwise;
    } catch {
      this.noted(false);
      return otherwise;
    }
  }
}
