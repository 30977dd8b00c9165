import "fake-indexeddb/auto";
import { afterEach, expect, it } from "vitest";
import { setPin } from "../lock";
import { Keep, type NewMedium } from ".";

const DAY = 24 * 3600_000;
let open: Keep[] = [];
afterEach(() => open.splice(0).forEach((k) => k.close()));

async function keepAt(clock: { now: number }): Promise<Keep> {
  const k = await Keep.open({ name: "orphans" + Math.random(), now: () => clock.now });
  open.push(k);
  await k.unlock(setPin(k.shelf, "295814", 1000));
  return k;
}
const medium = (c: string): NewMedium => ({
  sha256: c.repeat(64),
  type: "image/jpeg",
  bytes: new TextEncoder().encode(c),
});
const here = async (k: Keep): Promise<string> =>
  (await k.mediaStates())
    .filter((m) => m.here)
    .map((m) => m.sha256[0] + (m.drafts.length ? "" : "-"))
    .sort()
    .join(" ");

it("frees what drafts held that are gone, a day later; nothing of a draft that is there, or of a line", async () => {
  const clock = { now: 1_800_000_000_000 };
  const k = await keepAt(clock);
  await k.putDraft("there", { v: 1 });
  await k.keepMedium("there", medium("a"));
  await k.keepMedium("gone", medium("b"));
  await k.keepMedium("gone", medium("c"));
  await k.keepMedium("there", medium("c"));
  await k.keepMedium("gone", medium("d"));
  await k.save({
    dev: "d1",
    freeze: (n) => ({ id: "x" + n, bytes: new Uint8Array([1]), media: [medium("d").sha256] }),
  });
  await k.freeOrphans();
  expect(await here(k)).toBe("a b c d");
  clock.now += DAY + 1;
  await k.keepMedium("begun", medium("e")); // its draft is not written yet
  await k.freeOrphans();
  expect(await here(k)).toBe("a c d- e");
});
