/** What the expressions of a form are asked with, and what their values are as answers. */
import { isObject, type Json } from "../../../shared/wire";
import {
  elementsOf,
  evaluate,
  isTrue,
  numberOf,
  parse,
  textOf,
  Fault,
  type Env,
  type Node,
  type Value,
} from "../../../shared/expr";
import { answered, type Choice, type Question, type Setting } from "./types";
import { ageOn } from "./age";

const read = new Map<string, Node | null>();

/** Null for what is none: an office, or a newer server, may write what this app can't read. */
function expression(s: string): Node | null {
  let n = read.get(s);
  if (n === undefined) {
    try {
      n = parse(s);
    } catch (e) {
      if (!(e instanceof Fault)) throw e;
      n = null;
    }
    read.set(s, n);
  }
  return n;
}

/** Whether a condition is met; one that can't be read is: a question too many is better than one never asked. */
export function met(s: string | undefined, env: Env): boolean {
  const n = s ? expression(s) : null;
  return n === null || isTrue(evaluate(n, env));
}

/** The value of an expression; that of what can't be read is none. */
export function valueOf(s: string, env: Env): Value {
  const n = expression(s);
  return n === null ? "" : evaluate(n, env);
}

/** The choices that a filter leaves. */
export function offered(q: Question, env: Env): Choice[] {
  const n = q.filter ? expression(q.filter) : null;
  if (!n) return q.choices;
  return q.choices.filter((c) =>
    isTrue(evaluate(n, { ...env, column: (name) => (name === "name" ? c.value : (c.of?.[name] ?? "")) })),
  );
}

/** An answer as expressions read it: yes and no are words; of what is neither text, number nor choices, that it is there. */
export function asValue(v: Json | undefined): Value {
  if (v === undefined || v === null) return "";
  if (typeof v === "boolean") return v ? "yes" : "no";
  if (Array.isArray(v)) return v.filter((x): x is string => typeof x === "string");
  return isObject(v) ? (answered(v) ? "…" : "") : v;
}

/** A value as the answer to a question; undefined where it can be none. */
export function asAnswer(q: Question, v: Value): Json | undefined {
  const text = textOf(v);
  const has = (x: string): boolean => q.choices.some((c) => c.value === x);
  switch (q.kind) {
    case "number": {
      const n = numberOf(v);
      return Number.isNaN(n) ? undefined : n;
    }
    case "choice":
      return has(text) ? text : undefined;
    case "choices": {
      const all = (has(text) ? [text] : elementsOf(v)).filter(has);
      return all.length > 0 ? all : undefined;
    }
    case "yesno":
      return text === "yes" || text === "true" ? true : text === "no" || text === "false" ? false : undefined;
    case "date":
      return /^\d{4}-\d{2}-\d{2}/.test(text) ? text.slice(0, 10) : undefined;
    case "calculate":
      return typeof v === "number" ? (Number.isNaN(v) ? undefined : v) : typeof v === "boolean" ? v : text || undefined;
  }
  return text || undefined;
}

/** What conditions may ask about whoever is visited. */
export function visitedValue(name: string, at: Setting): Value {
  if (name === "visited_categories") return at.visited.reduce<string[]>((all, p) => all.concat(p.categories), []);
  const ages = at.visited.map((p) => ageOn(p.birth, at.today)).filter((a): a is number => a !== null);
  if (ages.length === 0) return "";
  return name === "visited_youngest" ? Math.min(...ages) : name === "visited_oldest" ? Math.max(...ages) : "";
}
