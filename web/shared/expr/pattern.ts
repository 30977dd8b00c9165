/**
 * Patterns of regex(): a part of what browsers know, with one meaning here and in internal/expr/pattern.go. They are not
 * handed to the browser, whose matching may take for ever: all ways through a pattern are walked at once, so the time
 * grows with its length times the text's.
 */
import { MOST } from "./node";

const most = { pattern: 200, times: 50, states: 400, matched: 2000 };

type Span = [number, number];

/** A character of some spans, or the begin or end of the text; `next`: where each way leads on. */
type Step =
  | { sort: "char"; negated: boolean; set: Span[]; next: number }
  | { sort: "begin" | "end"; next: number }
  | { sort: "ways"; next: number[] }
  | { sort: "done" };

type Tree =
  | { sort: "char"; negated: boolean; set: Span[] }
  | { sort: "begin" | "end" }
  | { sort: "all"; of: Tree[] }
  | { sort: "any"; of: Tree[] }
  | { sort: "times"; of: Tree; low: number; high: number }; // high -1: without end

const known = new Map<string, Step[] | null>();

/** Null for what is no pattern here. */
export function compile(s: string): Step[] | null {
  const before = known.get(s);
  if (before !== undefined) return before;
  let out: Step[] | null = null;
  try {
    out = steps(new Reader(Array.from(s)).read());
  } catch (e) {
    if (e !== wrong) throw e;
  }
  known.set(s, out);
  return out;
}

export function matches(pattern: string, text: string): boolean {
  const program = compile(pattern);
  const chars = Array.from(text);
  return program !== null && chars.length <= most.matched && walk(program, chars);
}

const wrong = new Error("no pattern");
const code = (c: string): number => c.codePointAt(0) ?? 0;
const isDigit = (c: string | undefined): boolean => c !== undefined && c >= "0" && c <= "9";

const classes: { [c: string]: Span[] } = {
  d: [[48, 57]],
  w: [[48, 57], [65, 90], [95, 95], [97, 122]], // prettier-ignore
  s: [[9, 13], [32, 32]], // prettier-ignore
};

class Reader {
  private at = 0;

  constructor(private readonly r: string[]) {
    if (r.length > most.pattern) throw wrong;
  }

  read(): Tree {
    const [out, states] = this.either(0);
    if (this.at < this.r.length || states > most.states) throw wrong;
    return out;
  }

  private take(c: string): boolean {
    const is = this.r[this.at] === c;
    if (is) this.at++;
    return is;
  }

  private either(depth: number): [Tree, number] {
    if (depth > MOST.depth) throw wrong;
    const ways: Tree[] = [];
    let states = 0;
    do {
      const of: Tree[] = [];
      while (this.at < this.r.length && this.r[this.at] !== "|" && this.r[this.at] !== ")") {
        const [one, n] = this.repeated(depth);
        of.push(one);
        states += n;
      }
      ways.push({ sort: "all", of });
    } while (this.take("|"));
    return [{ sort: "any", of: ways }, states];
  }

  private repeated(depth: number): [Tree, number] {
    const [of, states] = this.single(depth);
    const times = this.times();
    if (!times) return [of, states];
    if (of.sort === "begin" || of.sort === "end") throw wrong;
    const [low, high] = times;
    return [{ sort: "times", of, low, high }, Math.max(1, states) * Math.max(1, low, high)];
  }

  private times(): [number, number] | null {
    let out: [number, number];
    if (this.take("*")) out = [0, -1];
    else if (this.take("+")) out = [1, -1];
    else if (this.take("?")) out = [0, 1];
    else if (this.take("{")) {
      const low = this.count();
      out = [low, low];
      if (this.take(",")) out[1] = this.r[this.at] === "}" ? -1 : this.count();
      if (!this.take("}") || (out[1] >= 0 && out[1] < low)) throw wrong;
    } else return null;
    this.take("?"); // how eagerly makes no difference to whether all of it matches
    if ("*+?{".includes(this.r[this.at] ?? " ")) throw wrong;
    return out;
  }

  private count(): number {
    const from = this.at;
    while (isDigit(this.r[this.at]) && this.at - from < 3) this.at++;
    const n = Number(this.r.slice(from, this.at).join(""));
    if (this.at === from || n > most.times) throw wrong;
    return n;
  }

  private single(depth: number): [Tree, number] {
    const c = this.r[this.at++] ?? "";
    switch (c) {
      case "(": {
        if (this.take("?") && !this.take(":")) throw wrong;
        const out = this.either(depth + 1);
        if (!this.take(")")) throw wrong;
        return out;
      }
      case "[":
        return [this.class(), 1];
      case ".":
        return [{ sort: "char", negated: true, set: [[10, 10]] }, 1];
      case "^":
        return [{ sort: "begin" }, 0];
      case "$":
        return [{ sort: "end" }, 0];
      case "\\":
        return [{ sort: "char", ...this.escaped(true) }, 1];
    }
    if ("*+?{}]".includes(c)) throw wrong;
    return [{ sort: "char", negated: false, set: [[code(c), code(c)]] }, 1];
  }

  private escaped(capital: boolean): { negated: boolean; set: Span[] } {
    const c = this.r[this.at++] ?? "";
    const blank = { t: 9, n: 10, r: 13 }[c];
    if (blank !== undefined) return { negated: false, set: [[blank, blank]] };
    if (/^[dws]$/.test(c)) return { negated: false, set: classes[c] as Span[] };
    if (capital && /^[DWS]$/.test(c)) return { negated: true, set: classes[c.toLowerCase()] as Span[] };
    if (!/^[!-~]$/.test(c) || /^[A-Za-z0-9]$/.test(c)) throw wrong;
    return { negated: false, set: [[code(c), code(c)]] };
  }

  private class(): Tree {
    const negated = this.take("^");
    const set: Span[] = [];
    while (this.at < this.r.length && this.r[this.at] !== "]") {
      let of = this.member();
      const [first] = of;
      if (lone(of) && first && this.r[this.at] === "-" && this.at + 1 < this.r.length && this.r[this.at + 1] !== "]") {
        this.at++;
        const to = this.member();
        if (!lone(to) || (to[0] as Span)[1] < first[0]) throw wrong;
        of = [[first[0], (to[0] as Span)[1]]];
      }
      set.push(...of);
    }
    if (!this.take("]") || set.length === 0) throw wrong;
    return { sort: "char", negated, set };
  }

  private member(): Span[] {
    const c = this.r[this.at++];
    if (c === undefined || (c === "[" && this.r[this.at] === ":")) throw wrong;
    return c === "\\" ? this.escaped(false).set : [[code(c), code(c)]];
  }
}

const lone = (set: Span[]): boolean => set.length === 1 && set[0] !== undefined && set[0][0] === set[0][1];

/** Lays the tree out from its end; the first step is the last one. */
function steps(tree: Tree): Step[] {
  const out: Step[] = [{ sort: "done" }];
  const put = (s: Step): number => out.push(s) - 1;
  const lay = (t: Tree, next: number): number => {
    switch (t.sort) {
      case "char":
        return put({ ...t, next });
      case "begin":
      case "end":
        return put({ sort: t.sort, next });
      case "all":
        return t.of.reduceRight((then, one) => lay(one, then), next);
      case "any":
        return put({ sort: "ways", next: t.of.map((one) => lay(one, next)) });
    }
    let then = next;
    if (t.high < 0) {
      then = put({ sort: "ways", next: [next] });
      (out[then] as { next: number[] }).next.push(lay(t.of, then));
    }
    for (let i = t.low; i < t.high; i++) then = put({ sort: "ways", next: [next, lay(t.of, then)] });
    for (let i = 0; i < t.low; i++) then = lay(t.of, then);
    return then;
  };
  put({ sort: "ways", next: [lay(tree, 0)] });
  return out;
}

function walk(program: Step[], text: string[]): boolean {
  let now = new Set<number>();
  const enter = (first: number, i: number, into: Set<number>): void => {
    const open = [first];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (into.has(at)) continue;
      into.add(at);
      const s = program[at] as Step;
      if (s.sort === "ways") open.push(...s.next);
      else if ((s.sort === "begin" && i === 0) || (s.sort === "end" && i === text.length)) open.push(s.next);
    }
  };
  enter(program.length - 1, 0, now);
  text.forEach((c, i) => {
    const next = new Set<number>();
    const at = code(c);
    now.forEach((n) => {
      const s = program[n] as Step;
      if (s.sort === "char" && s.set.some(([from, to]) => at >= from && at <= to) !== s.negated)
        enter(s.next, i + 1, next);
    });
    now = next;
  });
  return now.has(0);
}
