/** What an expression is as a tree, and its bounds; the twin of internal/expr/node.go and doc.go. */

export type Op =
  | "text"
  | "number"
  | "ref" // ${text}
  | "self" // .
  | "column" // of a choice
  | "call" // text(args)
  | "neg"
  | "or"
  | "and"
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "div"
  | "mod";

export interface Node {
  op: Op;
  text: string;
  num: number;
  args: Node[];
}

export const MOST = { length: 2000, nodes: 400, depth: 24, args: 40, text: 4000, number: 1e15, least: 1e-15 };

/** The questions that an expression asks about, each once. */
export function refsOf(n: Node): string[] {
  const out = new Set<string>();
  const look = (x: Node): void => {
    if (x.op === "ref") out.add(x.text);
    x.args.forEach(look);
  };
  look(n);
  return Array.from(out);
}
