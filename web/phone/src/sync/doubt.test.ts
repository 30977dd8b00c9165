/** What a phone does not believe: an answer of another epoch, a repeat that looks like news, an area that is empty here. */
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Reply } from "../../../shared/wire";
import type { KeptLine } from "../keep";
import { toStore } from "./apply";
import { dong, until } from "./backend.testing";
import { noState } from "./state";
import { begin, newHousehold, onDisk, phone, photo, visit, waitFor } from "./stories.testing";

it("a photo stays that is named by a server restored in that moment, and counts as never received", async () => {
  const b = await begin();
  let restore = false;
  const over: typeof fetch = async (input, init) => {
    if (restore && String(input).endsWith("/media/have")) {
      restore = false;
      await b.stop();
      b.run("restore", join(b.dir, "now.backup"));
      await b.start();
    }
    return b.fetch(input, init);
  };
  const a = await phone(b, b.user("王芳", "coordinator", dong), over);
  await visit(a.village, await newHousehold(a.village, "李大爷"), "照片", photo(1));
  await until(a.village);
  b.run("backup", join(b.dir, "now.backup"));
  restore = true;
  await a.village.sync({ media: true });
  expect(restore).toBe(false); // it was asked
  expect(a.village.status.value.unsent).toMatchObject({ media: 1 });
  await b.stop();
  const kept = await a.village.photo(await a.village.digest(photo(1)));
  expect(new Uint8Array(await kept!.arrayBuffer())).toEqual(photo(1));
});

it("a held line's repeated answer is no news: `last` stays with the line that was first answered latest", () => {
  const line = (id: string, n: number, answer: KeptLine["answer"]): KeptLine => ({
    dev: "d",
    n,
    id,
    bytes: new Uint8Array(),
    answer,
    reply: null,
    settled: false,
  });
  const said = { r: "held" as const, code: "waiting", epoch: "e", time: 1 };
  const reply = (ids: string[]): Reply => ({
    epoch: "e",
    time: 9,
    safeAt: null,
    scope: null,
    fresh: [],
    minApp: "",
    again: false,
    answers: ids.map((id) => ({ id, r: "held", code: "invalid", why: "" })),
    changes: [],
    cursor: "c",
    more: false,
    sum: {},
  });
  const how = { turn: 1, now: 0, light: () => null };
  const was = { ...noState(), epoch: "e", last: "B" };
  const a = line("A", 1, said);
  expect(toStore(reply(["A"]), [a], was, how).state.last).toBe("B");
  expect(toStore(reply(["C", "A"]), [line("C", 3, null), a], was, how).state.last).toBe("C");
  expect(toStore(reply(["A"]), [line("A", 1, { ...said, epoch: "before" })], was, how).state.last).toBe("A");
});

it("an area that is empty here and not there is read again", async () => {
  const b = await begin();
  const a = await phone(b, b.user("王芳", "coordinator", dong), b.fetch, { name: "emptied" });
  await newHousehold(a.village, "李大爷");
  await until(a.village);
  a.gate.lock();
  for (const store of ["idx", "body"])
    await onDisk("emptied", store, (s, keys) =>
      keys.filter((k) => (k as IDBValidKey[])[0] === dong).forEach((k) => s.delete(k)),
    );
  const v = await a.gate.unlock("295814");
  await v.sync();
  await waitFor(() => v.roster("").length === 1);
});
