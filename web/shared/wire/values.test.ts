import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import {
  b64,
  canon,
  commitId,
  equal,
  fieldOf,
  isDigest,
  isRecordId,
  kindOf,
  kinds,
  mask,
  namesMedium,
  recordId,
  sha256,
  stepOf,
  utf8,
  type Json,
} from "./index";

it("compares as parsed JSON", () => {
  const same: [string, string][] = [
    ['{"a":1,"b":2}', '{"b":2.0,"a":1e0}'],
    ['"\\u4e00"', '"一"'],
    ["-0", "0"],
    ["[1,null]", "[ 1 , null ]"],
    ['{"a":1,"a":2}', '{"a":2}'],
  ];
  same.forEach(([a, b]) => expect(equal(JSON.parse(a) as Json, JSON.parse(b) as Json), a).toBe(true));
  const other: [Json, Json][] = [
    ["1", 1],
    [null, ""],
    [[], {}],
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [{ a: 1 }, { a: 1, b: null }],
    ["\ud800", "\ud801"],
    [true, "true"],
  ];
  other.forEach(([a, b]) => expect(equal(a, b), canon(a)).toBe(false));
  expect(canon(JSON.parse('{"__proto__":1}') as Json)).toBe('{"__proto__":1}');
});

it("masks as the server does", () => {
  expect(["11010519491231002X", "123456789", "12", "", null, 5, "一二三四五六七八九十"].map((v) => mask(v))).toEqual([
    "110***********002X",
    "*********",
    "****",
    "****",
    null,
    "****",
    "一二三***七八九十",
  ]);
});

it("names things", () => {
  for (let n = 0; n < 200; n++) {
    const bytes = randomBytes(n);
    expect(b64(bytes)).toBe(bytes.toString("base64url"));
    expect(Buffer.from(sha256(bytes))).toEqual(createHash("sha256").update(bytes).digest());
  }
  expect(commitId(utf8("好"))).toBe(createHash("sha256").update("好").digest().subarray(0, 12).toString("base64url"));
  expect(recordId(1763760000000, new Uint8Array(16).fill(255))).toBe("019aa849-cc00-7fff-bfff-ffffffffffff");
  const ids = [1, 1763760000000, 4102444800000].map((t) => recordId(t));
  expect(ids.every(isRecordId)).toBe(true);
  expect(ids.slice().sort()).toEqual(ids);
  expect([
    isRecordId("0192F3A0-0000-7000-8000-000000000001"),
    isDigest("a".repeat(64)),
    isDigest("A".repeat(64)),
  ]).toEqual([false, true, false]);
});

it("knows the table of kinds", () => {
  expect(kinds.length).toBeGreaterThan(10);
  expect(kindOf("visit")?.title).toBe("走访");
  expect([
    fieldOf("visit", "answers.eat")?.class,
    fieldOf("visit", "answers."),
    fieldOf("visit", "signature.mayor"),
    fieldOf("visit", "signature.village")?.class,
    fieldOf("visit", "void")?.class,
    fieldOf("nothing", "x"),
  ]).toEqual(["reg", undefined, undefined, "grp", "reg", undefined]);
  expect(stepOf("visit", "state", "submitted", "approved")?.review).toBe(true);
  expect([
    namesMedium("photos", null),
    namesMedium("signature.household", "image"),
    namesMedium("signature.household", "text"),
    namesMedium("note", null),
  ]).toEqual([true, true, false, false]);
});
