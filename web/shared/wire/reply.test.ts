import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Malformed, parseReply, parseRow, startsOver, Sum, weight, type Row } from "./index";

const rid = "0192f3a0-0000-7000-8000-000000000001";
const head =
  '{"zoufang":1,"epoch":"e1","time":1000,"safe_at":null,"scope":{"version":7,"areas":["990101001201"],"above":["990101001000"]},"fresh":["990101001201"],"min_app":"1.0.0","news":true}';
const row = `{"row":{"id":"${rid}","kind":"visit","area":"990101001201","seq":3,"by":["c0","c1"],"w":[["u",0,5],["v",1,9]],"c":0,"f":{"note":[[1,"二"],[0,"一"]],"state":[[0,"draft"]]},"conflict":["note"],"need":["aa"]}}`;
const end = '{"end":true,"cursor":"x","more":false,"sum":{"990101001201":"00000000000000ff"}}';
const reply = (...lines: string[]): string => [head, ...lines, end].join("\n") + "\n";

describe("a reply", () => {
  it("is read whole", () => {
    const r = parseReply(
      reply(
        '{"c":"c1","r":"held","code":"scope","why":"没有权限"}',
        '{"c":"c2","r":"ok"}',
        '{"c":"c3","r":"held","code":"stale_state","why":"已核定","rule":"stands_at","item":0,"field":"state","args":{"state":"approved","n":5}}',
        '{"c":"c4","r":"held","code":"schema","why":"写法不对","rule":"not_json"}',
        row,
        `{"gone":{"id":"${rid}","area":"990101001202"}}`,
        '{"weather":"fine"}',
      ),
    );
    expect(r).toMatchObject({
      epoch: "e1",
      time: 1000,
      safeAt: null,
      fresh: ["990101001201"],
      cursor: "x",
      more: false,
      again: false,
      scope: { version: 7, above: ["990101001000"] },
      sum: { "990101001201": "00000000000000ff" },
    });
    expect(r.answers).toEqual([
      { id: "c1", r: "held", code: "scope", why: "没有权限" },
      { id: "c2", r: "ok", code: "", why: "" },
      {
        id: "c3",
        r: "held",
        code: "stale_state",
        why: "已核定",
        fault: { rule: "stands_at", item: 0, field: "state", args: { state: "approved", n: "" } },
      },
      {
        id: "c4",
        r: "held",
        code: "schema",
        why: "写法不对",
        fault: { rule: "not_json", item: null, field: "", args: {} },
      },
    ]);
    expect(r.changes[0]?.row?.f["note"]).toEqual([
      [1, "二"],
      [0, "一"],
    ]);
    expect(parseRow(r.changes[0]?.raw as string)).toEqual(r.changes[0]?.row);
    expect(r.changes[1]?.gone).toEqual({ id: rid, area: "990101001202" });
  });

  it("without its magic line or its end is none", () => {
    const whole = reply(row);
    expect(() => parseReply("<html>登录</html>\n" + whole)).toThrow(Malformed);
    for (let cut = 0; cut < whole.length - 2; cut++) {
      expect(() => parseReply(whole.slice(0, cut)), "cut at " + cut).toThrow(Malformed);
    }
    expect(parseReply(whole.trimEnd()).more).toBe(false);
    for (const bad of [
      '{"c":"c1","r":"maybe"}',
      "5",
      '{"row":{}}',
      '{"row":5}',
      '{"gone":{}}',
      row.replace('"c":0', '"c":2'),
      row.replace('[1,"二"],', ""),
      row.replace('"c1"', '"c0"'),
    ]) {
      expect(() => parseReply(reply(bad)), bad).toThrow(Malformed);
    }
  });

  it("may say to start over", () => {
    const r = parseReply(
      '{"zoufang":1,"epoch":"e2","time":1,"safe_at":5}\n{"end":true,"cursor":null,"more":true,"sum":{}}\n',
    );
    expect([r.cursor, r.more, r.safeAt, r.scope]).toEqual([null, true, 5, null]);
    expect([
      startsOver(r, "e1"),
      startsOver(r, "e2"),
      startsOver(r, null),
      startsOver({ ...r, again: true }, "e2"),
    ]).toEqual([true, false, false, true]);
  });
});

describe("sums", () => {
  const rows: Pick<Row, "id" | "seq" | "by">[] = Array.from({ length: 300 }, (_, i) => ({
    id: "r" + i,
    seq: i * 7,
    by: ["c" + i, "d"],
  }));
  const plain = (list: typeof rows): string => {
    let sum = 0n;
    for (const r of list) {
      sum += createHash("sha256")
        .update(`${r.id}:${r.seq}:${r.by.join(",")}`)
        .digest()
        .readBigUInt64BE(0);
    }
    return BigInt.asUintN(64, sum).toString(16).padStart(16, "0");
  };

  it("are what the protocol says, and follow rows that go", () => {
    const sum = new Sum();
    expect(sum.toString()).toBe("0000000000000000");
    rows.forEach((r) => sum.add(weight(r)));
    expect(sum.toString()).toBe(plain(rows));
    rows.slice(0, 200).forEach((r) => sum.remove(weight(r)));
    expect(sum.toString()).toBe(plain(rows.slice(200)));
    rows.slice(200).forEach((r) => sum.remove(weight(r)));
    expect(sum.toString()).toBe("0000000000000000");
    sum.remove(weight(rows[0] as Row));
    sum.add(weight(rows[0] as Row));
    expect(sum.toString()).toBe("0000000000000000");
  });
});
