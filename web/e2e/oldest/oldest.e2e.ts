import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openOffice, PlainPhone, type Office } from "../office";
import { OldPhone } from "./oldphone";
import { code, photo, stands } from "./pictures";

let office: Office;
let p: OldPhone;

beforeAll(async () => {
  office = await openOffice(inject("program"));
  p = new OldPhone(office.program.url);
});
afterAll(async () => {
  await p?.remove();
  await office?.program.remove();
});

/** What the server has of the one visit to a household, as a new phone reads it. */
async function visitTo(
  head: string,
): Promise<{ values: (field: string) => unknown[]; photos: string[]; need: string[] }> {
  await office.plain.sync();
  const id = office.households.find((x) => x.head === head)?.id;
  const rows = office.plain.of("visit").filter((r) => PlainPhone.values(r, "household")[0] === id);
  expect(rows.length, "visits to " + head).toBe(1);
  return {
    values: (field) => PlainPhone.values(rows[0], field),
    photos: (rows[0]?.s["photos"] ?? []).map(([, v]) => String(v)),
    need: rows[0]?.need ?? [],
  };
}

// No second try: the phone is no longer new then.
test(
  "the oldest browser: a visit sent, one recorded without a server and kept over an empty battery, sent later",
  { retry: 0 },
  async () => {
    await p.switchOn();
    await p.h.see("heading", "登记这部手机");
    await p.shot("01-enrol");
    await p.h.file(await code("走访", p.file("code.png")));
    await p.h.see("text", "/没有这个登记码/", 20_000); // it was read: one that cannot be is another sentence
    await p.h.goTo("about:blank");
    await p.h.goTo(office.program.enrolment(office.lifang).url);
    await p.h.see("heading", "设一个开锁密码");
    await p.shot("02-pin");
    await p.setPin();
    await p.h.see("heading", "今日");
    await p.saved();
    await p.shot("04-today");
    expect(await p.h.ask("location.href")).not.toContain("enrol");

    await p.openHousehold("王秀兰");
    await p.shot("05-household");
    await p.h.tap("link", "记走访");
    await p.h.tap("chip", "哪一种走访/走访");
    await p.h.tap("chip", "怎么走访的/入户");
    await p.h.tap("chip", "见到了谁/本人");
    await p.h.tap("chip", "吃穿/够");
    await p.shot("06-form");
    await p.h.write("情况", "院里柴火已码好，老人精神不错。");
    await p.h.file(await photo(p.h, p.file("photo.jpg")));
    await p.h.see("button", "/去掉照片/", 20_000);
    await p.h.see("text", "已存");
    await p.h.see("css", ".thumb img");
    expect(await stands(p.h), "the photo is upright").toBe(true);
    await p.shot("07-form-photo");
    await p.sign();
    await p.shot("09-form-signed");
    await p.h.tap("button", "提交");
    await p.h.see("heading", "王秀兰 户");
    await p.saved();
    await p.shot("10-household-visited");
    const first = await visitTo("王秀兰");
    expect(first.values("note")).toEqual(["院里柴火已码好，老人精神不错。"]);
    expect(first.values("state")).toEqual(["submitted"]);
    expect(first.photos.length).toBe(1);
    const ink = first.values("signature.household")[0] as { image: string };
    expect((await office.plain.have([...first.photos, ink.image])).length).toBe(2);

    // The worker keeps the shell whole: the app opens where there is no server.
    await p.h.ask("navigator.serviceWorker.ready.then(() => true)");
    await p.die();
    await office.program.stop();
    await p.switchOn();
    await p.h.see("heading", "走访已锁");
    await p.shot("11-locked");
    await p.unlock();
    await p.h.see("text", "/没连上服务器/");
    await p.openHousehold("李德福");
    await p.h.tap("link", "记走访");
    await p.h.tap("chip", "怎么走访的/电话");
    await p.h.write("情况", "电话里说一切照旧");
    await p.h.tap("button", "提交");
    await p.h.see("heading", "李德福 户");
    await p.h.see("text", "/条已存在本机/"); // from here on it must not be lost
    await p.die();

    await p.switchOn();
    await p.unlock();
    await p.h.reload();
    await p.unlock();
    await p.h.tap("css", "header a.status");
    await p.h.see("text", "/记走访 李德福/");
    await p.shot("12-outbox");
    await office.program.serve();
    await p.h.tap("button", "同步");
    await p.h.see("text", "全部已存到服务器。", 30_000);
    await p.h.tap("button", "返回");
    const second = await visitTo("李德福");
    expect(second.values("note")).toEqual(["电话里说一切照旧"]);
    expect(second.values("state")).toEqual(["submitted"]);
    expect([...(await visitTo("王秀兰")).need, ...second.need]).toEqual([]);
    expect(office.program.run("verify")["fault_count"]).toBe(0);
    await p.die();
  },
);

test(
  "the oldest browser: another tab takes a draft over, and in the first nothing can be written",
  { retry: 0 },
  async () => {
    await p.switchOn();
    await p.unlock();
    await p.saved();
    await p.openHousehold("刘长根");
    await p.h.tap("link", "记走访");
    await p.h.tap("chip", "怎么走访的/电话");
    await p.h.write("情况", "甲页写的");
    await p.h.see("text", "已存");
    const one = await p.another();
    await p.h.see("text", "/另一个页面正在写这份/");
    await p.shot("13-elsewhere");
    await p.h.tap("button", "在这里接着写");
    await p.h.write("情况", "，乙页接着写");
    await one.see("text", "/已在另一个页面接着写，这里只能看/");
    const field = await one.see("field", "情况");
    expect(field.under).not.toBe("");
    await one.touch([[field.x + field.width / 2, field.y + field.height / 2]]);
    const focused = "document.activeElement.tagName";
    expect(await one.ask(`document.querySelector("textarea").focus(), ${focused}`)).not.toBe("TEXTAREA");
    await p.h.see("text", "已存");
    await p.h.tap("button", "/存草稿/");
    await p.h.see("heading", "今日");
    await p.h.tap("link", "/接着写.*刘长根/");
    await p.h.see("field", "情况");
    expect(await p.h.ask("document.querySelector('textarea').value")).toBe("甲页写的，乙页接着写");
    await p.die();
  },
);

test(
  "the oldest browser: the database is lost, and all that was not sent is found, said, and arrives",
  { retry: 0 },
  async () => {
    await p.switchOn();
    await p.unlock();
    await p.saved();
    await office.program.stop();
    await p.openHousehold("张桂英");
    await p.h.tap("link", "记走访");
    await p.h.tap("chip", "怎么走访的/电话");
    await p.h.write("情况", "另存的一次");
    await p.h.file(await photo(p.h, p.file("photo.jpg"), 90));
    await p.h.see("button", "/去掉照片/", 20_000);
    await p.h.tap("button", "提交");
    await p.h.see("heading", "张桂英 户");
    await p.h.see("text", "/条已存在本机/");
    await p.openHousehold("陈玉珍");
    await p.h.tap("link", "记走访");
    await p.h.write("情况", "写到一半");
    await p.h.see("text", "已存");
    await p.h.tap("button", "/存草稿/");
    await p.h.see("heading", "今日");
    await p.die();
    p.lose();

    await p.switchOn();
    // With what the server has, but no backup yet: two lines of each visit, a photo and a signature.
    await p.h.see("text", "/弄丢了本机的数据，另存的一份还在：没交的记录 6 条、草稿 2 份、照片和录音 3 个/");
    await p.shot("14-lost");
    await p.unlock();
    await office.program.serve();
    await p.h.tap("link", "/重新扫码登记/");
    await p.h.tap("button", "手工输入登记码");
    await p.h.write("登记码", office.program.enrolment(office.lifang).code);
    await p.h.tap("button", "登记");
    await p.h.see("heading", "待发", 30_000);
    await p.h.see("text", "全部已存到服务器。", 30_000);
    const found = await visitTo("张桂英");
    expect([found.values("note"), found.values("state"), found.need]).toEqual([["另存的一次"], ["submitted"], []]);
    expect((await office.plain.have(found.photos)).length).toBe(1);
    expect(office.program.run("verify")).toMatchObject({ fault_count: 0, awaited: 0 });
    await p.h.tap("button", "返回");
    await p.tab("今日");
    await p.h.tap("link", "/接着写.*陈玉珍/");
    await p.h.see("field", "情况");
    expect(await p.h.ask("document.querySelector('textarea').value")).toBe("写到一半");
    await p.die();
  },
);

test("the oldest browser: rows and columns keep their distance, in large letters too", { retry: 0 }, async () => {
  await p.switchOn();
  await p.unlock();
  for (const [tag, size] of [
    ["light", 16],
    ["large", 30],
  ] as const) {
    const shot = (name: string): Promise<void> => p.shot(tag + "-" + name);
    await p.h.ask(`localStorage.setItem("zoufang-looks", JSON.stringify({ size: ${size}, toured: true }))`);
    await p.h.reload();
    await p.unlock();
    for (const [name, file] of [
      ["今日", "1-today"],
      ["花名册", "2-roster"],
      ["办事", "3-requests"],
      ["我的", "4-mine"],
    ] as const) {
      await p.tab(name);
      await shot(file);
    }
    await p.tab("花名册");
    await p.h.tap("link", "主动发现");
    await p.h.see("heading", "主动发现");
    await shot("5-discovery");
    await p.h.tap("button", "返回");
    await p.openHousehold("王秀兰");
    await shot("6-household");
    for (const [link, file] of [
      ["/^走访.*李芳/", "7-visit"],
      ["花名册变更", "8-change"],
      ["报问题", "9-report"],
      ["记走访", "10-form"],
    ] as const) {
      await p.h.tap("link", link);
      await p.h.gone("heading", "王秀兰 户");
      await p.h.see("css", "main .b, main .chip");
      await shot(file);
      if (file === "7-visit") {
        await p.h.tap("button", "看照片 1");
        await p.h.see("css", "[role=dialog] img");
        await shot("7-visit-photo");
        await p.h.tap("button", "关闭");
        await p.h.gone("css", "[role=dialog]");
      }
      await p.h.tap("button", "返回");
      await p.h.see("heading", "王秀兰 户");
    }
  }
  await p.die();
  expect(p.crowded.join("\n")).toBe("");
});
