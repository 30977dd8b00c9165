/** The reply to a sync, read to its end before any of it counts. */
import type { AreaId, CommitId } from "./ids";
import { parseRow, type Gone, type Row } from "./row";
import { isObject, Malformed, parseJson, type Json, type JsonObject } from "./values";

export interface Scope {
  version: number;
  areas: AreaId[];
  above: AreaId[];
}

export type HoldCode = "waiting" | "schema" | "invalid" | "scope" | "author" | "revoked" | "stale_state" | "quota";
/** Words a decided line is listed with. */
export type DecidedCode = "released" | "amended" | "rejected";

/** The rule a line broke, and what a sentence about it names. None where an older server or a person says why. */
export interface Fault {
  rule: string; // may be a word this app does not know: show `why`
  item: number | null; // its place in the commit, from 0; null: the whole line
  field: string; // "": none in particular
  args: { [name: string]: string };
}

/** What became of one line. `code` may be a word this app does not know: show `why`. */
export interface Answer {
  id: CommitId;
  r: "ok" | "dup" | "held";
  code: HoldCode | DecidedCode | (string & {}) | "";
  why: string;
  fault?: Fault;
}

/** A row, with the line of the reply that is kept; or a record's leaving. */
export type Change = { row: Row; raw: string; gone?: undefined } | { row?: undefined; raw?: undefined; gone: Gone };

export interface Reply {
  epoch: string;
  time: number;
  safeAt: number | null;
  scope: Scope | null; // null: as before
  fresh: AreaId[];
  minApp: string;
  again: boolean;
  answers: Answer[];
  changes: Change[]; // in their order: the later of one record counts
  cursor: string | null;
  more: boolean;
  sum: { [area: string]: string };
}

/**
 * Reads a whole reply. What lacks the magic first line (a captive portal's page)
 * or the end (a line that was cut) is Malformed: it counts as no reply.
 */
export function parseReply(text: string): Reply {
  let at = 0;
  const next = (): string | null => {
    while (at < text.length) {
      const end = text.indexOf("\n", at);
      const line = text.slice(at, end < 0 ? text.length : end);
      at = end < 0 ? text.length : end + 1;
      if (line.trim() !== "") {
        return line;
      }
    }
    return null;
  };
  const reply = first(next() ?? "");
  for (let line = next(); line !== null; line = next()) {
    if (take(reply, line)) {
      return reply;
    }
  }
  throw new Malformed("a reply without its end");
}

function first(line: string): Reply {
  const v = parseJson(line);
  if (
    !isObject(v) ||
    v["zoufang"] !== 1 ||
    typeof v["epoch"] !== "string" ||
    v["epoch"] === "" ||
    typeof v["time"] !== "number"
  ) {
    throw new Malformed("a reply without its magic line");
  }
  return {
    epoch: v["epoch"],
    time: v["time"],
    safeAt: typeof v["safe_at"] === "number" ? v["safe_at"] : null,
    scope: scope(v["scope"]),
    fresh: texts(v["fresh"]),
    minApp: typeof v["min_app"] === "string" ? v["min_app"] : "",
    again: v["again"] === true,
    answers: [],
    changes: [],
    cursor: null,
    more: false,
    sum: {},
  };
}

/** Takes one line in; true when it was the end. Lines of an unknown kind are passed over. */
function take(r: Reply, line: string): boolean {
  const v = parseJson(line);
  if (!isObject(v)) {
    throw new Malformed("a reply's line");
  }
  if (typeof v["c"] === "string") {
    r.answers.push(answer(v["c"], v));
  } else if (v["row"] !== undefined) {
    r.changes.push({ row: parseRow(v["row"]), raw: line });
  } else if (isObject(v["gone"])) {
    const { id, area } = v["gone"];
    if (typeof id !== "string" || typeof area !== "string") {
      throw new Malformed("what is gone has an id and an area");
    }
    r.changes.push({ gone: { id, area } });
  } else if (v["end"] === true) {
    r.cursor = typeof v["cursor"] === "string" ? v["cursor"] : null;
    r.more = v["more"] === true;
    for (const area of isObject(v["sum"]) ? Object.keys(v["sum"]) : []) {
      const sum = (v["sum"] as JsonObject)[area];
      if (typeof sum === "string") {
        r.sum[area] = sum;
      }
    }
    return true;
  }
  return false;
}

function answer(id: CommitId, v: JsonObject): Answer {
  const r = v["r"];
  if (r !== "ok" && r !== "dup" && r !== "held") {
    throw new Malformed("an answer this app does not know");
  }
  return { id, r, ...reason(v) };
}

/** Why a line is held, as answers and the list of held lines say it. */
export function reason(v: JsonObject): Pick<Answer, "code" | "why" | "fault"> {
  const text = (x: Json | undefined): string => (typeof x === "string" ? x : "");
  const said = { code: text(v["code"]), why: text(v["why"]) };
  const rule = text(v["rule"]);
  if (rule === "") {
    return said;
  }
  const args: Fault["args"] = {};
  const given = isObject(v["args"]) ? v["args"] : {};
  Object.keys(given).forEach((name) => (args[name] = text(given[name])));
  return {
    ...said,
    fault: { rule, item: typeof v["item"] === "number" ? v["item"] : null, field: text(v["field"]), args },
  };
}

function scope(v: Json | undefined): Scope | null {
  if (!isObject(v)) {
    return null;
  }
  return {
    version: typeof v["version"] === "number" ? v["version"] : 0,
    areas: texts(v["areas"]),
    above: texts(v["above"]),
  };
}

function texts(v: Json | undefined): string[] {
  return Array.isArray(v) ? v.filter((s): s is string => typeof s === "string") : [];
}

/** Says that the reply only tells the phone to start over: another epoch than the request's, or a `last` nobody knows. */
export function startsOver(r: Reply, epoch: string | null): boolean {
  return r.again || (epoch !== null && r.epoch !== epoch);
}
