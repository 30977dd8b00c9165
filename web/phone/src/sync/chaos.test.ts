/** Many small misfortunes at once, from a seed: what was saved is on the server once, and all phones end alike. */
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { elements, seenBy, seenElement } from "../fold";
import { item } from "../../../shared/wire";
import { Backend, dong, lossy, phoneOf, until, type Phone } from "./backend.testing";

const ends: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

for (const seed of (process.env["ZOUFANG_CHAOS"] ?? "11").split(",").map(Number)) {
  it(
    "chaos " + seed,
    async () => {
      const b = new Backend();
      ends.push(() => b.end());
      await b.start();
      let state = seed;
      const dice = (n: number): number => {
        state = (state * 1664525 + 1013904223) % 4294967296;
        return Math.floor((state / 4294967296) * n);
      };
      const users = [
        b.user("王芳", "coordinator", dong),
        b.user("赵刚", "coordinator", dong),
        b.user("镇里", "township", dong),
      ];
      const before = (b.run("verify") as { commits: number }).commits;
      const bad = lossy(b.fetch, 0.2, seed);
      const phones: Phone[] = [];
      for (const u of users) {
        const p = await phoneOf(b, u, bad);
        phones.push(p);
        ends.push(() => p.gate.close());
      }
      const homes: string[] = [];
      const photos = new Set<string>();
      let saves = 0;
      let backup = ""; // the newest: what a phone lets go is in it, and need not be in an older one
      for (let step = 0; step < 120; step++) {
        const p = (phones[dice(phones.length)] as Phone).village;
        const what = dice(20);
        const home = homes[dice(Math.max(1, homes.length))] ?? "";
        const shown = home ? await p.record(home) : null;
        if (what < 3 || homes.length === 0) {
          const id = p.newId();
          homes.push(id);
          await p.save([item.create(id, "household", dong, { head: "户 " + step, group: "1组" })]);
          saves++;
        } else if (what < 9 && shown) {
          const field = ["head", "address", "phone"][dice(3)] as string;
          await p.save([item.set(home, field, "值 " + step, seenBy(shown, field, p.me.id))]);
          saves++;
        } else if (what < 11 && shown) {
          const gone = elements(shown, "members")[0];
          await p.save([
            gone !== undefined && dice(2)
              ? item.rm(home, "members", gone, seenElement(shown, "members", gone))
              : item.add(home, "members", p.newId()),
            item.log(home, "remarks", "记 " + step),
          ]);
          saves++;
        } else if (what < 13) {
          const bytes = Uint8Array.from({ length: 5000 + dice(120_000) }, (_, i) => (i * seed + step * 7) % 256);
          const sha256 = await p.digest(bytes);
          photos.add(sha256);
          await p.save(
            [item.create(p.newId(), "visit", dong, { type: "routine", household: home, photos: [sha256] })],
            [{ sha256, type: "image/jpeg", bytes }],
          );
          saves++;
        } else if (what < 18) {
          await p.sync({ media: dice(2) === 0 });
        } else if (what === 18) {
          await b.stop("SIGKILL");
          if (backup !== "" && dice(2) === 0) b.run("restore", backup);
          await b.start();
        } else if (backup === "" || dice(2) === 0) {
          backup = join(b.dir, "chaos" + step + ".backup");
          b.run("backup", backup);
        }
      }
      for (let round = 0; round < 3; round++) for (const p of phones) await until(p.village, 200);
      const fresh = await phoneOf(b, users[0] as string);
      ends.push(() => fresh.gate.close());
      const v = b.run("verify");
      expect(v).toMatchObject({ faults: [], awaited: 0, media: photos.size });
      expect((v as { held: object }).held).toEqual({});
      expect((v as { commits: number }).commits).toBe(before + saves);
      for (const home of homes) {
        const tell = async (p: Phone): Promise<unknown> => {
          const s = await p.village.record(home);
          return (
            s && {
              ids: s.by,
              fields: Object.keys(s.fields).map((f) => [f, s.fields[f]?.map((h) => h.value)]),
              members: elements(s, "members"),
              pending: s.pending,
            }
          );
        };
        const want = await tell(fresh);
        for (const p of phones) expect(await tell(p)).toEqual(want);
      }
      expect(phones.map((p) => p.village.roster("").length)).toEqual(phones.map(() => homes.length));
    },
    180_000,
  );
}
