import { newDeviceKey, random, wrappingKey } from "./derive";
import { LockError } from "./errors";
import { checkPin, waitLeft } from "./pin";
import { wrapForRecovery } from "./recovery";
import { sealerOf } from "./seal";
import type { Bytes, Clocks, Opened, Recovery, Shelf, Tries, Wrap } from "./types";

const AES = { name: "AES-GCM", length: 256 };
const FRESH = { wrong: 0, at: 0 };
const TRIES = 5; // against another tab that changes the wrap at the same time

/** Sets the first PIN of this phone and makes its content key. Calibrate the iterations before. */
export async function setPin(shelf: Shelf, pin: string, iterations: number, recovery?: Recovery): Promise<Opened> {
  if (checkPin(pin)) throw new LockError("pin");
  if ((await shelf.wrap()) || (await shelf.spare?.())) throw new LockError("exists");
  const content = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const device = await newDeviceKey();
  const held = recovery
    ? await wrapForRecovery(await raw(content), recovery).then(
        (w) => [w],
        () => [],
      )
    : []; // sync wraps again
  const wrap = await wrapUnder(pin, content, { iterations, device, recovery: held });
  if (!(await shelf.putWrap(undefined, wrap))) throw new LockError("exists");
  await keepSpare(shelf, pin, content, wrap);
  await shelf.tries(() => FRESH);
  return opened(shelf, content);
}

/**
 * Opens with the PIN. The try is counted before it is made and taken back when it was right, so killing the app does
 * not make tries free. Nothing is ever erased for wrong PINs: unsent work outweighs a guesser, who only waits longer.
 */
export async function unlock(shelf: Shelf, pin: string, clocks: Clocks): Promise<Opened> {
  const wrap = await shelf.wrap();
  if (!wrap) return openSpare(shelf, pin, clocks);
  const content = await tryPin(shelf, () => unwrap(pin, wrap), clocks);
  await keepSpare(shelf, pin, content, wrap);
  return opened(shelf, content);
}

/** After the wrap was lost: opens with the spare one, and makes a whole one of it again. */
async function openSpare(shelf: Shelf, pin: string, clocks: Clocks): Promise<Opened> {
  const spare = await shelf.spare?.();
  if (!spare) throw new LockError("none");
  const content = await tryPin(shelf, () => unwrap(pin, { ...spare, device: null }), clocks);
  const { iterations, recovery } = spare;
  const wrap = await wrapUnder(pin, content, { iterations, recovery, device: await newDeviceKey() });
  if (!(await shelf.putWrap(undefined, wrap))) throw new LockError("busy");
  await keepSpare(shelf, pin, content, wrap);
  return opened(shelf, content);
}

/** Sees to it that the second home has a spare of this wrap: before anything is saved that only it could open. */
async function keepSpare(shelf: Shelf, pin: string, content: CryptoKey, wrap: Wrap): Promise<void> {
  try {
    const was = await shelf.spare?.();
    if (!shelf.putSpare || (was && same(was.of, wrap.nonce) && was.recovery[0]?.kid === wrap.recovery[0]?.kid)) return;
    const { iterations, recovery } = wrap;
    const { device: _, ...rest } = await wrapUnder(pin, content, { iterations, recovery, device: null });
    await shelf.putSpare({ ...rest, of: wrap.nonce });
  } catch {
    // The next opening tries again: what was to be opened is open.
  }
}

/** Wraps the content key under another PIN; nothing sealed is touched. The old PIN is tried like at the door. */
export async function changePin(
  shelf: Shelf,
  old: string,
  next: string,
  iterations: number,
  clocks: Clocks,
): Promise<void> {
  if (checkPin(next)) throw new LockError("pin");
  let was = await shelf.wrap();
  if (!was) throw new LockError("none");
  const [whole, { nonce }] = [was, was];
  const content = await tryPin(shelf, () => unwrap(old, whole), clocks);
  const wrap = await wrapUnder(next, content, { iterations, device: was.device, recovery: [] });
  for (let i = 0; i < TRIES; i++) {
    const now = { ...wrap, recovery: was.recovery };
    if (await shelf.putWrap(was, now)) return keepSpare(shelf, next, content, now);
    was = await shelf.wrap(); // wrapped for recovery meanwhile: that goes along; another PIN: not this one then
    if (!was || !same(was.nonce, nonce)) break;
  }
  throw new LockError("busy");
}

/** Milliseconds until the next PIN may be tried. */
export async function pauseLeft(shelf: Shelf, clocks: Clocks): Promise<number> {
  return left(shelf, await shelf.tries((t) => t), clocks);
}

/** Since when each page's shelf has known how many PINs were wrong, by the steady clock. */
const known = new WeakMap<Shelf, { wrong: number; since: number }>();

function left(shelf: Shelf, t: Tries, clocks: Clocks): number {
  let k = known.get(shelf);
  if (k?.wrong !== t.wrong) known.set(shelf, (k = { wrong: t.wrong, since: clocks.steady() }));
  return waitLeft(t, clocks.date(), clocks.steady() - k.since);
}

async function tryPin(shelf: Shelf, open: () => Promise<CryptoKey>, clocks: Clocks): Promise<CryptoKey> {
  let wait = 0;
  const counted = await shelf.tries((t) => {
    wait = left(shelf, t, clocks);
    return wait > 0 ? t : { wrong: t.wrong + 1, at: clocks.date() };
  });
  if (wait > 0) throw new LockError("wait", wait);
  left(shelf, counted, clocks);
  const content = await open();
  await shelf.tries(() => FRESH);
  return content;
}

type Wrapped<D extends CryptoKey | null> = Omit<Wrap, "device"> & { device: D };

async function unwrap(pin: string, w: Wrapped<CryptoKey | null>): Promise<CryptoKey> {
  if (w.version !== 1) throw new LockError("damaged");
  const key = await wrappingKey(pin, w);
  try {
    const how = { name: "AES-GCM", iv: w.nonce };
    return await crypto.subtle.unwrapKey("raw", w.wrapped, key, how, AES, true, ["encrypt", "decrypt"]);
  } catch {
    throw new LockError("wrong");
  }
}

async function wrapUnder<D extends CryptoKey | null>(
  pin: string,
  content: CryptoKey,
  rest: Pick<Wrapped<D>, "iterations" | "device" | "recovery">,
): Promise<Wrapped<D>> {
  const salt = random(16).buffer;
  const nonce = random(12).buffer;
  const key = await wrappingKey(pin, { salt, ...rest });
  const wrapped = await crypto.subtle.wrapKey("raw", content, key, { name: "AES-GCM", iv: nonce });
  return { version: 1, salt, nonce, wrapped, ...rest };
}

const same = (a: ArrayBuffer, b: ArrayBuffer): boolean => String(new Uint8Array(a)) === String(new Uint8Array(b));

async function raw(content: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", content));
}

function opened(shelf: Shelf, content: CryptoKey): Opened {
  let key: CryptoKey | undefined = content;
  const need = (): CryptoKey => {
    if (!key) throw new LockError("locked");
    return key;
  };
  return {
    ...sealerOf(need),
    async recoverable(recovery) {
      for (let i = 0; i < TRIES; i++) {
        const was = await shelf.wrap();
        if (!was) return false;
        if (was.recovery[0]?.kid === recovery.kid) return true;
        const newest = await wrapForRecovery(await raw(need()), recovery);
        const older = was.recovery.filter((r) => r.kid !== recovery.kid).slice(0, 3);
        const now = [newest, ...older];
        if (!(await shelf.putWrap(was, { ...was, recovery: now }))) continue;
        const spare = await shelf.spare?.().catch(() => undefined);
        if (spare) await shelf.putSpare?.({ ...spare, recovery: now }).catch(() => undefined); // the next opening tries again
        return true;
      }
      return false;
    },
    forget() {
      key = undefined;
    },
  };
}
