/** Reads an expression: a tree, or why there is none; the twin of internal/expr/lex.go and parse.go. */
import { wrongCall } from "./functions";
import { MOST, type Node, type Op } from "./node";
import { bounded } from "./value";

/** Why a text is no expression: a code, the character it was found at, and the name it is about. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    readonly at: number,
    readonly of = "",
  ) {
    super(code + " " + of);
  }
}

type Kind = "text" | "number" | "ref" | "word" | "sign" | "end";

interface Token {
  kind: Kind;
  text: string;
  at: number;
}

/** The words of an expression, each anchored where the one before ended. */
const words: [Kind | "blank", RegExp][] = [
  ["blank", /[ \t\n\r]+/y],
  ["text", /'[^']*'|"[^"]*"/y],
  ["number", /[0-9]+(?:\.[0-9]*)?|\.[0-9]+/y],
  ["ref", /\$\{[A-Za-z0-9_.:-]+\}/y],
  ["word", /[A-Za-z_][A-Za-z0-9_.:-]*/y],
];
const path = /[/@[\]:]|\.\./y;
const sign = /!=|<=|>=|[=<>+\-*(),.]/y;

/** Regular expressions count UTF-16 units, faults count characters. */
const characters = (s: string): number => Array.from(s).length;

function lex(s: string): Token[] {
  if (characters(s) > MOST.length) throw new Fault("long", MOST.length);
  const out: Token[] = [];
  let i = 0;
  const here = (): number => characters(s.slice(0, i));
  const match = (re: RegExp): string | null => {
    re.lastIndex = i;
    const m = re.exec(s);
    return m && m[0];
  };
  next: while (i < s.length) {
    for (const [kind, re] of words) {
      const text = match(re);
      if (text === null) continue;
      const bare = kind === "text" ? text.slice(1, -1) : kind === "ref" ? text.slice(2, -1) : text;
      if (kind !== "blank") out.push({ kind, text: bare, at: here() });
      i += text.length;
      continue next;
    }
    const c = s[i];
    if (c === "'" || c === '"') throw new Fault("text", here());
    if (s.startsWith("${", i)) throw new Fault("character", here() + 2 + nameLength(s, i + 2));
    if (match(path) !== null) throw new Fault("path", here());
    const text = match(sign);
    if (text === null) throw new Fault("character", here());
    out.push({ kind: "sign", text, at: here() });
    i += text.length;
  }
  return [...out, { kind: "end", text: "", at: characters(s) }];
}

function nameLength(s: string, from: number): number {
  const m = /^[A-Za-z0-9_.:-]*/.exec(s.slice(from));
  return m ? m[0].length : 0;
}

const binding: string[][] = [["or"], ["and"], ["=", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]];

/** Throws a {@link Fault}, and nothing else, where the text is no expression. */
export function parse(s: string): Node {
  const tokens = lex(s);
  let [at, nodes, depth] = [0, 0, 0];
  const now = (): Token => tokens[at] as Token;
  const fail = (code: string, of = ""): never => {
    throw new Fault(code, now().at, of);
  };
  const node = (op: Op, text = "", args: Node[] = [], num = 0): Node => {
    if (++nodes > MOST.nodes) fail("long");
    return { op, text, num, args };
  };
  const take = (text: string): boolean => {
    const is = now().kind === "sign" && now().text === text;
    if (is) at++;
    return is;
  };

  function binary(level: number): Node {
    const ops = binding[level];
    if (!ops) return unary();
    let left = binary(level + 1);
    while ((now().kind === "sign" || now().kind === "word") && ops.includes(now().text)) {
      const op = now().text as Op;
      at++;
      left = node(op, "", [left, binary(level + 1)]);
    }
    return left;
  }

  function unary(): Node {
    if (++depth > MOST.depth) fail("long");
    const out = single();
    depth--;
    return out;
  }

  function single(): Node {
    if (take("-")) return node("neg", "", [unary()]);
    const t = now();
    switch (t.kind) {
      case "text":
      case "ref":
        at++;
        return node(t.kind, t.text);
      case "number": {
        at++;
        const n = bounded(Number(t.text));
        return Number.isNaN(n) ? fail("long") : node("number", "", [], n);
      }
      case "word":
        return word(t);
    }
    if (take(".")) return node("self");
    if (!take("(")) return fail("end");
    const out = binary(0);
    return take(")") ? out : fail("end");
  }

  function word(t: Token): Node {
    at++;
    if (!take("(")) {
      if (!t.text.includes(":")) return node("column", t.text);
      at--;
      return fail("path");
    }
    const n = node("call", t.text);
    while (!take(")")) {
      if (n.args.length > 0 && !take(",")) fail("end");
      n.args.push(binary(0));
    }
    const code = wrongCall(n);
    if (code === "") return n;
    at--; // at the bracket
    return fail(code, t.text);
  }

  const out = binary(0);
  return now().kind === "end" ? out : fail("end");
}
