/** The text of a proposed change of the roster: what, of whom, and why, as the record says it. */
export function sayProposal(kind: string | null, who: string, why: string): string {
  return [kind && kind + "：", who && who + "。", why.trim()].join("");
}

/** Takes it apart again; what is not of that form is all reason. */
export function readProposal(
  text: string,
  kinds: readonly string[],
): { kind: string | null; who: string; why: string } {
  const m = /^([^：]+)：([^。]*)。([\s\S]*)$/.exec(text);
  return m && kinds.includes(m[1] ?? "")
    ? { kind: m[1] ?? null, who: m[2] ?? "", why: m[3] ?? "" }
    : { kind: null, who: "", why: text };
}
