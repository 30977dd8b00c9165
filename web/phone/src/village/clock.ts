/** What time it is, as far as a phone can know whose own clock may stand anywhere. */

/** A clock that is wrong by less is right. */
const minutes = 10 * 60_000;
const year = 366 * 86_400_000;

/** What the server said of the time when it was last heard; `skew`: its clock minus this phone's, then. */
export interface Heard {
  heard: number | null;
  skew: number;
}

export class Clock {
  constructor(
    private readonly own: () => number,
    private readonly server: () => Heard,
  ) {}

  /** Now: the phone's clock, or the server's where that one is wrong by more than minutes. */
  now(): number {
    return this.own() + this.off();
  }

  /** Whether it is. */
  wrong(): boolean {
    return this.off() !== 0;
  }

  /** A moment by the phone's clock as `now` tells it. It was not before `since`, and is not to come. */
  told(at: number, since = 0): number {
    const now = this.now();
    const may = (ms: number): boolean => ms >= since - minutes && ms <= now + minutes;
    const moved = at + this.off();
    return may(moved) ? moved : may(at) ? at : Math.min(Math.max(at, since), now);
  }

  /** A moment by the server's clock as `now` tells it. */
  said(at: number): number {
    const { skew } = this.server();
    return Math.abs(skew) > minutes ? at : at - skew;
  }

  private off(): number {
    const { skew, heard } = this.server();
    if (Math.abs(skew) <= minutes || heard === null) {
      return 0;
    }
    // Where what it was off by leads to before the server was heard, or years on, somebody has set the clock right since.
    const own = this.own();
    const set = own + skew < heard - minutes || (own >= heard - minutes && own + skew > Math.max(own, heard + year));
    return set ? 0 : skew;
  }
}
