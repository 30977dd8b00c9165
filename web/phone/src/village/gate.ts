/** The way in: enrolment, PIN, opening, locking. */
import { shallowRef, type ShallowRef } from "vue";
import { Keep, KeepError, type Change, type Loaded, type Loss, type RescueFile } from "../keep";
import { calibrate, changePin, lockWhenAway, pauseLeft, setPin, unlock, type Clocks } from "../lock";
import { makeDeviceKey, randomToken, rescueText, Server, sign, type DeviceId, type Role } from "../../../shared/wire";
import { askBackground, noteLease, Sync, webLock, whenWorthIt } from "../sync";
import { dayOf } from "./day";
import { askRecovery, askToEnrol, knownRecovery, wrapRecovery, type Identity } from "./enrolment";
import { GateError } from "./gate-error";
import { LiveVillage } from "./village";
import type { Me, Village } from "./types";

/**
 * new: no device yet. pin: enrolled, no PIN yet. locked: a PIN is asked for. open: `village` is there. closed: the
 * store was closed from outside, the page must be loaded again.
 */
export type GateStage = "new" | "pin" | "locked" | "open" | "closed";

export interface GateOptions {
  app: string; // this app's version
  name?: string; // of the database
  // The rest is the browser's, unless told.
  fetch?: typeof fetch;
  base?: string;
  now?: () => number;
  mono?: () => number;
  random?: () => number;
  locks?: LockManager | null;
  iterations?: number; // of the PIN; else measured
  every?: number; // ms between syncs by themselves; Infinity: only when asked
  away?: number; // ms in the background until it locks
}

export interface Gate {
  readonly stage: Readonly<ShallowRef<GateStage>>;
  readonly who: Readonly<ShallowRef<{ name: string; role: Role } | null>>;
  readonly village: Readonly<ShallowRef<Village | null>>;
  /** What the browser lost since the last opening, and what of it was found again. Null: nothing. */
  readonly loss: Readonly<ShallowRef<Loss | null>>;
  /** Makes this phone a device. Again with another code where the server no longer knows it: everything is kept. */
  enrol(code: string, phoneName: string): Promise<void>;
  /** Sets the first PIN and opens. Throws LockError pin; see checkPin of lock/. */
  setPin(pin: string): Promise<Village>;
  /** Throws LockError wrong, or wait with ms. */
  unlock(pin: string): Promise<Village>;
  pauseLeft(): Promise<number>;
  changePin(old: string, next: string): Promise<void>;
  lock(): void;
  /**
   * All lines, drafts and media not known to be safe, sealed; also while locked. One file may not hold all: `without`,
   * what earlier ones took, gives the rest. Throws KeepError no_recovery.
   */
  rescueFile(without?: ReadonlySet<string>): Promise<RescueFile & { name: string }>;
  /** Closes the store, for tests and for another version of the app. */
  close(): void;
}

export async function openGate(o: GateOptions): Promise<Gate> {
  const gate = new LiveGate(o);
  await gate.open();
  return gate;
}

class LiveGate implements Gate {
  readonly stage: ShallowRef<GateStage> = shallowRef("new");
  readonly who: ShallowRef<{ name: string; role: Role } | null> = shallowRef(null);
  readonly village: ShallowRef<LiveVillage | null> = shallowRef(null);
  readonly loss: ShallowRef<Loss | null> = shallowRef(null);
  private keep!: Keep;
  private identity: Identity | null = null;
  private key!: CryptoKeyPair;
  private stops: (() => void)[] = [];
  private whole = true; // the second home has all it should
  private readonly now: () => number;
  private readonly mono: () => number;
  private readonly clocks: Clocks = { date: () => this.now(), steady: () => this.mono() };
  private readonly page = randomToken(6);

  constructor(private readonly o: GateOptions) {
    this.now = o.now ?? (() => Date.now());
    this.mono = o.mono ?? (() => performance.now());
  }

  async open(): Promise<void> {
    try {
      this.keep = await Keep.open({
        ...(this.o.name !== undefined ? { name: this.o.name } : {}),
        now: this.now,
        onClosed: () => this.closed(),
        onFreed: (f) => this.village.value?.gaveUp(f),
        onShort: (short) => this.village.value?.room(short),
        onCopied: (all) => this.copied(all),
      });
    } catch (e) {
      const code = e instanceof KeepError ? e.code : "";
      throw new GateError(code === "blocked" || code === "broken" ? code : "storage");
    }
    const made = await makeDeviceKey();
    this.key = (await this.keep.updateNamed("key", (old) => old ?? made)) as CryptoKeyPair;
    const enrolled = async (): Promise<Identity | null> =>
      ((await this.keep.readNamed("device")) as Identity | undefined) ?? null;
    this.take(await enrolled());
    this.keep.onChange((c) => {
      if (c.what === "named" && c.name === "device") {
        void enrolled()
          .then((is) => is && this.adopt(is))
          .catch(() => undefined); // another tab enrolled anew
      }
      if (c.what === "named" && c.name === "damaged") {
        this.village.value?.nudge(); // the server still has what does not open here
      }
    });
    const [wrap, loss] = [await this.keep.shelf.wrap(), this.keep.loss()];
    if (!wrap)
      this.loss.value = await loss; // before anybody sets a PIN over what was found
    else void loss.then((l) => (this.loss.value = l)).catch(() => undefined);
    this.stage.value = wrap || this.loss.value?.all ? "locked" : this.identity ? "pin" : "new";
  }

  async enrol(code: string, phoneName: string): Promise<void> {
    if (!this.identity && this.stage.value === "locked") throw new Error("whose work was found is not known yet");
    const identity = await askToEnrol(this.server(null), code, this.key, { name: phoneName, app: this.o.app });
    if (this.identity && this.identity.user.id !== identity.user.id) {
      throw new GateError("other_user"); // whoever opened a link: a colleague's code never takes a phone over
    }
    await this.keep.updateNamed("device", () => identity);
    await this.adopt(identity);
    if (this.stage.value === "pin") {
      void askRecovery(this.keep, this.server(identity.device), this.now, identity.epoch ?? null).catch(
        () => undefined,
      ); // sync asks again
    }
  }

  async setPin(pin: string): Promise<Village> {
    const iterations = this.o.iterations ?? (await calibrate(this.mono));
    const recovery = (await knownRecovery(this.keep))?.recovery;
    return this.unlockBy(setPin(this.keep.shelf, pin, iterations, recovery));
  }

  unlock(pin: string): Promise<Village> {
    return this.unlockBy(unlock(this.keep.shelf, pin, this.clocks));
  }

  pauseLeft(): Promise<number> {
    return pauseLeft(this.keep.shelf, this.clocks);
  }

  async changePin(old: string, next: string): Promise<void> {
    await changePin(this.keep.shelf, old, next, this.o.iterations ?? (await calibrate(this.mono)), this.clocks);
  }

  lock(): void {
    this.leave();
    this.keep.lock();
    if (this.stage.value === "open") {
      this.stage.value = "locked";
    }
  }

  async rescueFile(without?: ReadonlySet<string>): Promise<RescueFile & { name: string }> {
    const me = this.identity;
    const at = this.now();
    const known = me ? {} : await this.keep.rememberedOpen();
    const [device, user] = [me?.device ?? String(known["device"] ?? ""), me?.user.id ?? String(known["user"] ?? "")];
    const prove = (kid: string, wrapped: Uint8Array): Promise<string> =>
      sign(this.key.privateKey, rescueText(device, user, kid, wrapped));
    const head = {
      device,
      user,
      app: this.o.app,
      at,
      safe: this.village.value?.safe() ?? null,
      ...(me && !me.lost ? { sign: prove } : {}), // the key that the server knows was lost with all else
      ...(without && { without }),
    };
    const file = await this.keep.rescue(head);
    return { ...file, name: "zoufang-" + dayOf(at) + ".zfrescue" };
  }

  close(): void {
    this.leave();
    this.keep.close();
    this.stage.value = "closed";
  }

  private async unlockBy(opening: Parameters<Keep["unlock"]>[0]): Promise<Village> {
    const meanwhile: Change[] = []; // another tab may go on writing
    const stop = this.keep.onChange((c) => meanwhile.push(c));
    try {
      const loaded = await this.keep.unlock(opening);
      await this.recall();
      return await this.enter(loaded, meanwhile);
    } catch (e) {
      if (!this.keep.locked) {
        // opened and yet not entered: no keys stay behind a door that looks shut
        this.leave();
        this.keep.lock();
        this.stage.value = "locked";
      }
      throw e;
    } finally {
      stop();
    }
  }

  /** Who this phone was goes with it when the database is lost. */
  private async recall(): Promise<void> {
    if (this.identity) return this.note(this.identity);
    const was = (await this.keep.remembered()) as Identity | undefined;
    if (was) this.take((await this.keep.updateNamed("device", () => ({ ...was, lost: true }))) as Identity);
  }

  private note(is: Identity): void {
    if (!is.lost) void this.keep.remember(is, { device: is.device, user: is.user.id });
  }

  /** Makes the village of what the store held, and lets it sync. */
  private async enter(loaded: Loaded, meanwhile: readonly Change[]): Promise<Village> {
    this.leave();
    const [me, server] = this.me();
    const village = new LiveVillage({
      keep: this.keep,
      server,
      me,
      app: this.o.app,
      now: this.now,
      mono: this.mono,
      page: this.page,
      enrolled: this.identity?.time ?? 0,
    });
    await village.open(loaded, meanwhile);
    this.village.value = village;
    this.stage.value = "open";
    this.stops.push(() => village.close());
    if (typeof document !== "undefined") {
      this.stops.push(whenWorthIt(window, document, () => village.nudge()));
      this.stops.push(lockWhenAway(document, this.clocks, this.o.away ?? 5 * 60_000, () => this.lock()));
      const tidy = (): void => void this.keep.tidy().catch(() => undefined);
      const first = setTimeout(tidy, 10_000); // the reserve for a full disk has to be there before the disk is full
      const idle = setInterval(tidy, 60_000);
      this.stops.push(
        () => clearTimeout(first),
        () => clearInterval(idle),
      );
    }
    village.copiesAre(this.whole);
    if (this.identity?.lost)
      village.lost(); // until it is enrolled again
    else this.connect(village, server);
    village.stay();
    return village;
  }

  private connect(village: LiveVillage, server: Server): void {
    const locks = this.o.locks === undefined ? globalThis.navigator?.locks : this.o.locks;
    let asked = false; // once an outage: a browser that knows of none would wake the app as soon as it is asked
    const sync = new Sync({
      keep: this.keep,
      server,
      device: village.me.device,
      app: this.o.app,
      now: this.now,
      random: this.o.random ?? Math.random,
      light: village.light,
      weight: village.weight,
      stored: village.stored,
      mediaAllowed: village.mediaAllowed,
      report: (r) => {
        village.reported(r);
        if (r.phase !== "syncing") {
          asked = asked && r.trouble !== null;
        }
        if (r.trouble === "offline" && r.phase === "waiting" && !asked) {
          asked = true;
          void askBackground(globalThis.navigator?.serviceWorker);
        }
      },
      lease: locks ? webLock(locks) : noteLease(this.keep, this.now, this.page),
      recoverable: (epoch) => wrapRecovery(this.keep, server, this.now, epoch ?? this.identity?.epoch ?? null),
      seen: () => typeof document === "undefined" || document.visibilityState === "visible",
      ...(this.o.every !== undefined ? { every: this.o.every } : {}),
    });
    village.attach(sync);
    sync.start();
  }

  /** This phone is another device from now on; whatever was kept stays, and goes out under it. */
  private async adopt(identity: Identity): Promise<void> {
    if (this.identity?.device === identity.device) {
      return;
    }
    this.take(identity);
    if (this.stage.value === "new") {
      this.stage.value = (await this.keep.shelf.wrap()) ? "locked" : "pin";
    }
    const village = this.village.value;
    if (village) {
      const [me, known] = this.me();
      village.become(me, known, identity.time);
      this.note(identity);
      this.connect(village, known);
    }
  }

  private me(): [Me, Server] {
    const is = this.identity;
    if (!is) {
      throw new Error("this phone is not enrolled");
    }
    return [
      { id: is.user.id, name: is.user.name, role: is.user.role, device: is.device, areas: is.areas },
      this.server(is.device),
    ];
  }

  private server(device: DeviceId | null): Server {
    const ask = this.o.fetch ?? ((i: RequestInfo | URL, init?: RequestInit) => fetch(i, init));
    return new Server(device === null ? null : { device, key: this.key }, this.o.base ?? "/m/v1", ask as typeof fetch);
  }

  private take(identity: Identity | null): void {
    this.identity = identity;
    this.who.value = identity ? { name: identity.user.name, role: identity.user.role } : null;
  }

  private copied(all: boolean): void {
    this.whole = all;
    this.village.value?.copiesAre(all);
  }

  private leave(): void {
    this.stops.splice(0).forEach((stop) => stop());
    this.village.value = null;
  }

  private closed(): void {
    this.leave();
    this.stage.value = "closed";
  }
}
