import { expect, it } from "vitest";
import { KeepError } from "../keep";
import type { Loss } from "../village";
import { lossWords } from "./entry/loss";
import { saveWords } from "./trouble";

it("a full disk is said as what it is: not saved, what stays, what to do, and never that it is on this phone", () => {
  for (const e of [
    new KeepError("full"),
    new DOMException("no room", "QuotaExceededError"),
    Object.assign(new Error("no room"), { name: "QuotaExceededError" }),
  ]) {
    expect(saveWords(e)).toMatch(/存储满了，没有存下.*还在这一页上.*删掉手机里不用的照片或应用，再按一次/);
  }
  for (const e of [new KeepError("failed"), new Error("x"), null, "x"])
    expect(saveWords(e)).toMatch(/没有存下.*还在这一页上/);
  for (const e of [new KeepError("full"), new KeepError("failed"), new KeepError("overtaken")])
    expect(saveWords(e)).not.toMatch(/已存|都在本机/);
});

const loss = (more: Partial<Loss>): Loss => ({
  lines: 0,
  drafts: 0,
  media: 0,
  torn: 0,
  all: false,
  told: false,
  key: null,
  ...more,
});

it("what the browser lost is said with what of it was found, counted", () => {
  expect(lossWords(null)).toBe("");
  expect(lossWords(loss({ all: true, told: true, lines: 2, drafts: 1, media: 3 }))).toMatch(
    /另存的一份还在：没交的记录 2 条、草稿 1 份、照片和录音 3 个。用原来的密码打开，再重新扫码登记/,
  );
  expect(lossWords(loss({ lines: 1 }))).toMatch(/一些数据，已用另存的一份补回：记录 1 条/);
  expect(lossWords(loss({ told: true }))).toMatch(/另存的一份也没有。已到服务器的都在/);
  expect(lossWords(loss({ torn: 2 }))).toBe("另有 2 份读不出来。");
  expect(lossWords(loss({ lines: 1, torn: 2 }))).toMatch(/记录 1 条.*另有 2 份读不出来。$/);
});

it("a key that is lost is said as lost: with a second one all opens, without one it is gone for good", () => {
  const key = { lines: 2, drafts: 1, media: 3 };
  expect(lossWords(loss({ all: true, key }))).toMatch(/弄丢了本机的钥匙，另存的一把还在。用原来的密码打开就行/);
  const gone = lossWords(loss({ key }));
  expect(gone).toMatch(/没交的记录 2 条、草稿 1 份、照片和录音 3 个打不开了，镇里也打不开，要重新记。已到服务器的都在/);
  for (const l of [loss({ key }), loss({ told: true })]) expect(lossWords(l)).not.toMatch(/都在本机|还在/);
});
