import { describe, expect, it, vi } from "vitest";
import {
  type Bytes,
  type Clocks,
  calibrate,
  changePin,
  checkPin,
  lockWhenAway,
  openerOf,
  openRecovery,
  pauseLeft,
  setPin,
  unlock,
} from ".";
import { floorAfter, pauseAfter, waitLeft } from "./pin";
import { memoryShelf } from "./shelf.testing";

const FEW = 1000;
const at = (date: () => number): Clocks => ({ date, steady: date });
const bytes = (s: string): Bytes => new TextEncoder().encode(s);
const text = (b: Bytes) => new TextDecoder().decode(b);
const code = (c: string) => expect.objectContaining({ code: c });

async function recoveryPair() {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { recovery: { kid: "kid-0000000000-1", key: { kty: "EC", crv: "P-256", x, y } }, privateKey: pair.privateKey };
}

describe("PIN", () => {
  it.each([
    ["12345", "short"],
    ["123456", "simple"],
    ["987654", "simple"],
    ["000000", "simple"],
    ["aaaaaaaa", "simple"],
    ["x".repeat(129), "long"],
    ["295814", null],
    ["  295814 ", null],
    ["春风又绿江南岸", null],
  ])("%s is %s", (pin, fault) => expect(checkPin(pin)).toBe(fault));

  it("takes full-width digits for the digits they are", async () => {
    const shelf = memoryShelf();
    await setPin(shelf, "295814", FEW);
    await unlock(
      shelf,
      "２９５８１４",
      at(() => 0),
    );
  });

  it("pauses longer and longer, to an hour, whatever the clock does", () => {
    expect([0, 4, 5, 6, 9, 500].map(pauseAfter)).toEqual([0, 0, 30_000, 60_000, 3_600_000, 3_600_000]);
    expect(waitLeft({ wrong: 5, at: 1000 }, 11_000, 1e9)).toBe(20_000);
    expect(waitLeft({ wrong: 5, at: 4e12 }, 0, 1e9)).toBe(30_000);
    expect(waitLeft({ wrong: 9, at: 0 }, 4e12, 10_000)).toBe(50_000);
    expect([4, 5, 9, 10, 20, 40, 500].map(floorAfter)).toEqual([
      0, 30_000, 60_000, 300_000, 900_000, 3_600_000, 3_600_000,
    ]);
  });
});

describe("door", () => {
  it("opens with the PIN only, and what was sealed before opens after", async () => {
    const shelf = memoryShelf();
    const first = await setPin(shelf, "295814", FEW);
    const sealed = await first.seal(["line", "d", 1], bytes("记走访"));
    first.forget();
    await expect(first.open(["line", "d", 1], sealed)).rejects.toEqual(code("locked"));
    await expect(
      unlock(
        shelf,
        "295815",
        at(() => 0),
      ),
    ).rejects.toEqual(code("wrong"));
    const again = await unlock(
      shelf,
      "295814",
      at(() => 0),
    );
    expect(text(await again.open(["line", "d", 1], sealed))).toBe("记走访");
  });

  it("refuses a second first PIN, a weak one, and any before there is one", async () => {
    const shelf = memoryShelf();
    await expect(
      unlock(
        shelf,
        "295814",
        at(() => 0),
      ),
    ).rejects.toEqual(code("none"));
    await expect(setPin(shelf, "111111", FEW)).rejects.toEqual(code("pin"));
    await setPin(shelf, "295814", FEW);
    await expect(setPin(shelf, "602931", FEW)).rejects.toEqual(code("exists"));
  });

  it("keeps what the wrap stores out of the reach of scripts", async () => {
    const shelf = memoryShelf();
    await setPin(shelf, "295814", FEW);
    expect(shelf.stored?.device.extractable).toBe(false);
  });

  it("counts a try before it is made, makes wait, and forgets after the right one", async () => {
    const shelf = memoryShelf();
    await setPin(shelf, "295814", FEW);
    let now = 1_000_000;
    for (let i = 0; i < 5; i++)
      await expect(
        unlock(
          shelf,
          "000001",
          at(() => now),
        ),
      ).rejects.toEqual(code("wrong"));
    await expect(
      unlock(
        shelf,
        "295814",
        at(() => now),
      ),
    ).rejects.toEqual(expect.objectContaining({ code: "wait", ms: 30_000 }));
    now += 30_000;
    expect(
      await pauseLeft(
        shelf,
        at(() => now),
      ),
    ).toBe(0);
    await unlock(
      shelf,
      "295814",
      at(() => now),
    );
    await expect(
      unlock(
        shelf,
        "000001",
        at(() => now),
      ),
    ).rejects.toEqual(code("wrong"));
    expect(
      await pauseLeft(
        shelf,
        at(() => now),
      ),
    ).toBe(0);
  });

  it("is not hurried by a clock set forward, in this page or a new one", async () => {
    const shelf = memoryShelf();
    await setPin(shelf, "295814", FEW);
    let date = 1_000_000;
    let steady = 500;
    const clocks: Clocks = { date: () => date, steady: () => steady };
    for (let i = 0; i < 5; i++) await expect(unlock(shelf, "000001", clocks)).rejects.toEqual(code("wrong"));
    date += 3_600_000;
    steady += 1000;
    await expect(unlock(shelf, "295814", clocks)).rejects.toEqual(
      expect.objectContaining({ code: "wait", ms: 29_000 }),
    );
    const reloaded = { ...shelf }; // another page, or this one loaded again: it knows nothing of before
    steady = 3;
    await expect(unlock(reloaded, "295814", clocks)).rejects.toEqual(
      expect.objectContaining({ code: "wait", ms: 30_000 }),
    );
    steady += 30_000;
    await unlock(reloaded, "295814", clocks);
  });

  it("keeps a recovery wrap that is made while the PIN is being changed", async () => {
    const { recovery, privateKey } = await recoveryPair();
    const shelf = memoryShelf();
    const o = await setPin(shelf, "295814", FEW);
    const sealed = await o.seal(["meta", "x"], bytes("v"));
    const put = shelf.putWrap;
    let raced = false;
    shelf.putWrap = async (was, now) => {
      if (!raced) {
        raced = true;
        expect(await o.recoverable(recovery)).toBe(true);
      }
      return put(was, now);
    };
    await changePin(
      shelf,
      "295814",
      "602931",
      FEW,
      at(() => 0),
    );
    expect(raced).toBe(true);
    await unlock(
      shelf,
      "602931",
      at(() => 0),
    );
    const found = await openerOf(await openRecovery(shelf.stored!.recovery[0]!, privateKey));
    expect(text(await found.open(["meta", "x"], sealed))).toBe("v");
  });

  it("changes the PIN without touching what is sealed", async () => {
    const shelf = memoryShelf();
    const sealed = await (await setPin(shelf, "295814", FEW)).seal(["meta", "x"], bytes("v"));
    await expect(
      changePin(
        shelf,
        "295815",
        "602931",
        FEW,
        at(() => 0),
      ),
    ).rejects.toEqual(code("wrong"));
    await changePin(
      shelf,
      "295814",
      "602931",
      FEW,
      at(() => 0),
    );
    await expect(
      unlock(
        shelf,
        "295814",
        at(() => 0),
      ),
    ).rejects.toEqual(code("wrong"));
    expect(
      text(
        await (
          await unlock(
            shelf,
            "602931",
            at(() => 0),
          )
        ).open(["meta", "x"], sealed),
      ),
    ).toBe("v");
  });

  it("calibrates within its bounds", async () => {
    let t = 0;
    expect(await calibrate(() => (t += 1))).toBe(600_000);
    expect(await calibrate(() => (t += 5000))).toBe(100_000);
    expect(await calibrate(() => (t += 50))).toBe(200_000);
    expect(await calibrate(() => 7)).toBe(600_000);
  });
});

describe("seal", () => {
  it("opens nowhere but in its place, unchanged and whole", async () => {
    const o = await setPin(memoryShelf(), "295814", FEW);
    const sealed = await o.seal(["line", "dev", 12], bytes("x"));
    expect(sealed.byteLength).toBe(12 + 1 + 16);
    for (const place of [
      ["line", "dev", 13],
      ["line", "de", "v", 12],
      ["media", "dev", 12],
      ["line", "dev"],
    ] as const) {
      await expect(o.open(place, sealed)).rejects.toEqual(code("damaged"));
    }
    const bent = sealed.slice(0);
    new Uint8Array(bent)[20]! ^= 1;
    await expect(o.open(["line", "dev", 12], bent)).rejects.toEqual(code("damaged"));
    await expect(o.open(["line", "dev", 12], sealed.slice(0, 20))).rejects.toEqual(code("damaged"));
    await expect(o.seal(["line", "a\nb", 1], bytes("x"))).rejects.toEqual(code("damaged"));
  });

  it("uses the label the server rebuilds", async () => {
    const raw = crypto.getRandomValues(new Uint8Array(32));
    const o = await openerOf(raw);
    const sealed = new Uint8Array(await o.seal(["line", "dev", 12], bytes("x")));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    const additionalData = bytes("zoufang-line-v1\ndev\n12");
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData },
      key,
      sealed.slice(12),
    );
    expect(text(new Uint8Array(plain))).toBe("x");
  });
});

describe("recovery", () => {
  it("gives the content key to the holder of the private key, in 113 bytes", async () => {
    const { recovery, privateKey } = await recoveryPair();
    const shelf = memoryShelf();
    const o = await setPin(shelf, "295814", FEW, recovery);
    const wrap = shelf.stored!.recovery[0]!;
    expect(wrap.wrapped.byteLength).toBe(113);
    const sealed = await o.seal(["media", "abc"], bytes("photo"));
    const found = await openerOf(await openRecovery(wrap, privateKey));
    expect(text(await found.open(["media", "abc"], sealed))).toBe("photo");
    await expect(openRecovery({ ...wrap, kid: "other" }, privateKey)).rejects.toEqual(code("damaged"));
  });

  it("is wrapped anew when the server has another key, and once only", async () => {
    const { recovery, privateKey } = await recoveryPair();
    const shelf = memoryShelf();
    const o = await setPin(shelf, "295814", FEW);
    expect(shelf.stored?.recovery).toEqual([]);
    expect(await o.recoverable(recovery)).toBe(true);
    const first = shelf.stored;
    expect(await o.recoverable(recovery)).toBe(true);
    expect(shelf.stored).toBe(first);
    const other = await recoveryPair();
    await o.recoverable({ ...other.recovery, kid: "kid-2" });
    expect(shelf.stored?.recovery.map((r) => r.kid)).toEqual(["kid-2", recovery.kid]);
    await openRecovery(shelf.stored!.recovery[1]!, privateKey);
    await openRecovery(shelf.stored!.recovery[0]!, other.privateKey);
    await unlock(
      shelf,
      "295814",
      at(() => 0),
    );
  });
});

describe("away", () => {
  function page() {
    const set = new Set<() => void>();
    const p = {
      visibilityState: "visible",
      addEventListener: (_: string, f: () => void) => void set.add(f),
      removeEventListener: (_: string, f: () => void) => void set.delete(f),
      turn(state: string) {
        p.visibilityState = state;
        for (const f of [...set]) f();
      },
    };
    return p;
  }
  it.each([
    ["short", 1000, 1000, 0],
    ["long by the date, asleep", 300_000, 10, 1],
    ["long by the steady clock", 10, 300_000, 1],
    ["date set back", -1, 10, 1],
  ])("%s", (_, byDate, bySteady, locks) => {
    vi.useFakeTimers();
    const p = page();
    let date = 0;
    let steady = 0;
    const lock = vi.fn();
    lockWhenAway(p, { date: () => date, steady: () => steady }, 300_000, lock);
    p.turn("hidden");
    date += byDate;
    steady += bySteady;
    p.turn("visible");
    expect(lock).toHaveBeenCalledTimes(locks);
    vi.useRealTimers();
  });
  it("locks by timer while hidden", () => {
    vi.useFakeTimers();
    const p = page();
    const lock = vi.fn();
    lockWhenAway(p, { date: Date.now, steady: Date.now }, 300_000, lock);
    p.turn("hidden");
    vi.advanceTimersByTime(300_001);
    p.turn("visible");
    expect(lock).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });
});
