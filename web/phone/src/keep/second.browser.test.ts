import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newProfile, newTab, type Running, servePage, startBrowser } from "./browser.testing";

let server: Awaited<ReturnType<typeof servePage>>;
beforeAll(async () => {
  server = await servePage();
});
afterAll(() => server.close());

/** Where Chromium keeps the databases of our address. */
function folder(profile: string): string {
  const all = join(profile, "Default/IndexedDB");
  return join(all, readdirSync(all).find((f) => f.endsWith(".leveldb")) as string);
}
const files = (profile: string, what: RegExp): string[] =>
  readdirSync(folder(profile))
    .filter((f) => what.test(f))
    .map((f) => join(folder(profile), f));

function flip(file: string): void {
  const fd = openSync(file, "r+");
  const at = statSync(file).size >> 1;
  const was = readFileSync(file).subarray(at, at + 8);
  writeSync(
    fd,
    was.map((b) => b ^ 0xff),
    0,
    8,
    at,
  );
  closeSync(fd);
}

/** What can become of the files, and whether the browser opens an empty database after it. */
const damages: [string, (profile: string) => void][] = [
  ["a MANIFEST cut short", (p) => files(p, /^MANIFEST/).forEach((f) => truncateSync(f, statSync(f).size >> 1))],
  ["a MANIFEST that is empty", (p) => files(p, /^MANIFEST/).forEach((f) => truncateSync(f, 0))],
  ["no MANIFEST", (p) => files(p, /^MANIFEST/).forEach((f) => rmSync(f))],
  ["eight bytes flipped in the log", (p) => files(p, /\.log$/).forEach(flip)],
  ["a log cut short", (p) => files(p, /\.log$/).forEach((f) => truncateSync(f, statSync(f).size >> 1))],
  ["no log", (p) => files(p, /\.log$/).forEach((f) => rmSync(f))],
  ["no CURRENT", (p) => files(p, /^CURRENT$/).forEach((f) => rmSync(f))],
  ["a CURRENT that names nothing", (p) => files(p, /^CURRENT$/).forEach((f) => writeFileSync(f, "MANIFEST-999999\n"))],
  ["no database folder", (p) => rmSync(folder(p), { recursive: true })],
  ["no folder of any database", (p) => rmSync(join(p, "Default/IndexedDB"), { recursive: true })],
];

async function within<T>(profile: string, job: (b: Running) => Promise<T>): Promise<T> {
  const b = await startBrowser(profile);
  try {
    return await job(b);
  } finally {
    await b.kill();
  }
}

describe("what was reported saved is there again after", () => {
  for (const [what, damage] of damages) {
    it(what, async () => {
      const own = newProfile();
      const saved = await within(own.path, async (b) => {
        const page = await newTab(b, server.url);
        await page.evaluate(() => t.open("home").then(() => t.remember({ name: "王" })));
        await page.evaluate(() => t.draftWithPhoto("half", "半句话", 90_000));
        for (const [say, size] of [
          ["a", 0],
          ["b", 120_000],
          ["c", 0],
        ] as const)
          await page.evaluate(([s, n]) => t.save(s, n), [say, size] as const);
        await page.evaluate(() => t.pair("d"));
        return page.evaluate(async () => ({
          lines: await t.lines(),
          media: await Promise.all(["mb", "md", "mhalf"].map((m) => t.digestOf(m))),
          holders: await t.holders(),
        }));
      });
      expect(saved.lines.map((l) => `${l.n} ${l.say}`)).toEqual(["1 a", "2 b", "3 c", "4 d-1", "5 d-2"]);
      damage(own.path);
      for (const opening of [1, 2]) {
        await within(own.path, async (b) => {
          const page = await newTab(b, server.url);
          await page.evaluate(() => t.open("home").then(() => undefined));
          const now = await page.evaluate(async () => ({
            lines: await t.lines(),
            media: await Promise.all(["mb", "md", "mhalf"].map((m) => t.digestOf(m))),
            holders: await t.holders(),
          }));
          expect(now.lines.slice(0, 5)).toEqual(saved.lines);
          expect([now.media, now.holders]).toEqual([saved.media, saved.holders]);
          expect(await page.evaluate(() => t.drafts())).toEqual(["半句话"]);
          expect(await page.evaluate(() => t.remembered())).toEqual({ name: "王" });
          // Numbers and the chain go on.
          expect(await page.evaluate((i) => t.save("after" + i), opening)).toBe(`${5 + opening} after${opening}`);
          const chain = await page.evaluate(() => t.lines());
          expect(chain.map((l) => l.prev)).toEqual([null, ...chain.slice(0, -1).map((l) => l.id)]);
        });
      }
      own.remove();
    });
  }
});

describe("the second home", () => {
  it("has what only this phone has, sealed; not what a backup has, nor what ended", async () => {
    const own = newProfile();
    await within(own.path, async (b) => {
      const page = await newTab(b, server.url);
      await page.evaluate(() => t.open("kept").then(() => t.remember({ name: "王" })));
      await page.evaluate(() => t.draftWithPhoto("half", "半句话", 1000));
      await page.evaluate(() => t.pair("d").then(() => t.save("e")));
      const all = ["draft/half", "media/md", "media/mhalf", "spare", "step/d/1/2/d-1", "step/d/3/3/e", "who"];
      expect(await page.evaluate(() => t.copies("kept"))).toEqual(all);
      await page.evaluate(() => t.answer([1, 3], false)); // on the server, in no backup
      expect(await page.evaluate(() => t.copies("kept"))).toEqual(all);
      await page.evaluate(() => t.answer([1, 3], true)); // of a step whose other line is not
      expect(await page.evaluate(() => t.copies("kept"))).toEqual(all.filter((c) => !c.includes("/3/3/")));
      await page.evaluate(() => t.answer([1, 2, 3], true));
      await page.evaluate(() => t.dropDraft("half"));
      expect(await page.evaluate(() => t.copies("kept"))).toEqual(["media/md", "media/mhalf", "spare", "who"]);
      await page.evaluate(() => t.dropLines([1, 2, 3]));
    });
    rmSync(folder(own.path), { recursive: true });
    await within(own.path, async (b) => {
      const page = await newTab(b, server.url);
      await page.evaluate(() => t.open("kept").then(() => undefined));
      expect(await page.evaluate(() => t.loss())).toEqual({
        lines: 0,
        drafts: 0,
        media: 0,
        torn: 0,
        all: true,
        told: false,
        key: null,
      });
      expect(await page.evaluate(() => t.remembered())).toEqual({ name: "王" });
      // Numbers of lines that are safe and gone are not given out again.
      expect(await page.evaluate(() => t.save("f"))).toBe("4 f");
      expect((await page.evaluate(() => t.copies("kept"))).filter((c) => c.startsWith("media"))).toEqual([]);
      const text = await page.evaluate(async () => {
        const cache = await caches.open("zoufang-second-kept");
        const all = await Promise.all((await cache.keys()).map(async (r) => (await cache.match(r))!.text()));
        return all.join("\n");
      });
      expect(text).not.toMatch(/王|半句话|"say"/);
    });
    own.remove();
  });

  it("does not bring back the bytes of a medium that the server has and that went for room", async () => {
    const own = newProfile();
    await within(own.path, async (b) => {
      const page = await newTab(b, server.url);
      await page.evaluate(() => t.open("room").then(() => t.save("a", 1000)));
      await page.evaluate(() => t.save("b", 1000).then(() => t.receive("ma")));
      await page.evaluate(async () => {
        const db = await new Promise<IDBDatabase>((done) => {
          const r = indexedDB.open("room");
          r.onsuccess = () => done(r.result);
        });
        const tx = db.transaction("media", "readwrite");
        ["ma", "mb"].forEach((m) => tx.objectStore("media").delete(m));
        await new Promise((done) => (tx.oncomplete = done));
        db.close();
      });
      await page.reload();
      await page.waitForFunction("globalThis.t !== undefined");
      await page.evaluate(() => t.open("room").then(() => undefined));
      expect(await page.evaluate(() => t.here())).toEqual(["mb"]);
    });
    own.remove();
  });

  it("is written again where it is lost itself, and a copy that is torn is told", async () => {
    const own = newProfile();
    await within(own.path, async (b) => {
      const page = await newTab(b, server.url);
      await page.evaluate(() => t.open("torn").then(() => t.save("a", 1000)));
      const all = await page.evaluate(() => t.copies("torn"));
      await page.evaluate(() => caches.delete("zoufang-second-torn"));
      await page.reload();
      await page.waitForFunction("globalThis.t !== undefined");
      await page.evaluate(() => t.open("torn").then(() => undefined));
      expect(await page.evaluate(() => t.loss())).toBeNull();
      await expect.poll(() => page.evaluate(() => t.copies("torn"))).toEqual(all);
      await page.evaluate(() => t.save("b").then(() => t.spoilCopy("torn", "step/d/2/2/b")));
    });
    rmSync(folder(own.path), { recursive: true });
    await within(own.path, async (b) => {
      const page = await newTab(b, server.url);
      await page.evaluate(() => t.open("torn").then(() => undefined));
      expect(await page.evaluate(() => t.loss())).toMatchObject({ lines: 1, media: 1, torn: 1, all: true });
    });
    own.remove();
  });
});
