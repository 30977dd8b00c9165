/**
 * expr is the language in which forms say when a question is asked, what an answer must be and what follows from others:
 * a part of XPath as XLSForm writes it. It has no loop, and bounds on all it reads and makes; what does not parse is a
 * {@link Fault}, what does has a value whatever the answers are. Its twin is internal/expr, whose words tell the language;
 * both replay internal/expr/testdata.
 */
import { call } from "./functions";
import type { Node } from "./node";
import { bounded, cut, isTrue, numberOf, same, type Value } from "./value";

export { refsOf, type Node } from "./node";
export { Fault, parse } from "./parse";
export { elementsOf, isEmpty, isTrue, numberOf, textOf, type Value } from "./value";

/** What an expression is evaluated in. `now`: "2026-12-01T08:30" where the phone is; its day is today. */
export interface Env {
  ref(question: string): Value;
  column?(name: string): Value;
  self?: Value;
  now: string;
}

export function evaluate(n: Node, env: Env): Value {
  const [a, b] = [(): Value => evaluate(n.args[0] as Node, env), (): Value => evaluate(n.args[1] as Node, env)];
  switch (n.op) {
    case "text":
      return cut(n.text);
    case "number":
      return n.num;
    case "ref":
      return env.ref(n.text);
    case "column":
      return env.column ? env.column(n.text) : "";
    case "self":
      return env.self ?? "";
    case "call":
      if (n.text === "if") return evaluate(n.args[isTrue(a()) ? 1 : 2] as Node, env);
      return call(n.text, n.args.map((x) => evaluate(x, env)), env.now); // prettier-ignore
    case "neg":
      return bounded(-numberOf(a()));
    case "or":
      return isTrue(a()) || isTrue(b());
    case "and":
      return isTrue(a()) && isTrue(b());
    case "=":
      return same(a(), b());
    case "!=":
      return !same(a(), b());
  }
  return reckoned(n.op, numberOf(a()), numberOf(b()));
}

function reckoned(op: Node["op"], x: number, y: number): Value {
  switch (op) {
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    case ">=":
      return x >= y;
    case "+":
      return bounded(x + y);
    case "-":
      return bounded(x - y);
    case "*":
      return bounded(x * y);
    case "div":
      return y === 0 ? NaN : bounded(x / y);
    case "mod":
      return y === 0 ? NaN : bounded(x % y);
  }
  return "";
}
