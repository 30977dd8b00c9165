/** A server that takes no media now: lines go on, nothing is lost, and no photo is called faulty. */
import { describe, expect, it } from "vitest";
import { dong, until } from "./backend.testing";
import { begin, newHousehold, phone, photo, store, visit } from "./stories.testing";

describe("a server without room for media", () => {
  it("is sent the lines, asked once a sync, and brought the photos when it has room", async () => {
    const b = await begin();
    let asked = 0;
    const answers: number[] = [];
    const counting: typeof fetch = async (input, init) => {
      const said = await b.fetch(input, init);
      if (init?.method === "POST" && String(input).endsWith("/media")) {
        asked++;
        answers.push(said.status);
      }
      return said;
    };
    const a = await phone(b, b.user("王芳", "coordinator", dong), counting);
    const home = await newHousehold(a.village, "李大爷");
    await until(a.village);
    await b.stop();
    for (let i = 0; i < 5; i++) await visit(a.village, home, "第 " + i + " 次", photo(i, 2000 + i));
    process.env["ZOUFANG_MEDIA_FLOOR"] = "1000000000"; // MB: more than any disk has
    try {
      await b.start();
    } finally {
      delete process.env["ZOUFANG_MEDIA_FLOOR"];
    }
    await a.village.sync({ media: true });
    expect([asked, answers]).toEqual([1, [507]]);
    expect(a.village.status.value).toMatchObject({ unsent: { lines: 0, media: 5 }, damaged: false, phase: "waiting" });
    await visit(a.village, home, "还能记", photo(9, 3000));
    await a.village.sync({ media: true });
    expect(a.village.status.value).toMatchObject({ unsent: { lines: 0, media: 6 }, damaged: false });
    await b.stop();
    expect(store(b)).toEqual({ faults: [], media: 0, awaited: 6 });
    await b.start();
    await a.village.sync({ media: true });
    expect(a.village.status.value).toMatchObject({ unsent: { lines: 0, media: 0 }, phase: "idle" });
    expect(store(b)).toEqual({ faults: [], media: 6, awaited: 0 });
  });

  it.each([429, 503, 507])("is not asked for the next photo after %i", async (status) => {
    const b = await begin();
    let asked = 0;
    let shut = true;
    const refusing: typeof fetch = (input, init) => {
      if (shut && init?.method === "POST" && String(input).endsWith("/media")) {
        asked++;
        return Promise.resolve(
          new Response('{"code":"slow_down"}', {
            status,
            headers: { "Content-Type": "application/problem+json", "Retry-After": "60" },
          }),
        );
      }
      return b.fetch(input, init);
    };
    const a = await phone(b, b.user("王芳", "coordinator", dong), refusing);
    const home = await newHousehold(a.village, "李大爷");
    for (let i = 0; i < 4; i++) await visit(a.village, home, "第 " + i + " 次", photo(i, 2000));
    await a.village.sync({ media: true });
    const before = asked;
    await a.village.sync({ media: true });
    expect(asked).toBe(before + 1);
    expect(a.village.status.value).toMatchObject({ unsent: { lines: 0, media: 4 }, damaged: false });
    shut = false;
    await a.village.sync({ media: true });
    expect(a.village.status.value).toMatchObject({ unsent: { lines: 0, media: 0 }, phase: "idle" });
  });
});
