/** How people of a household stand to its head, and the order in which a household is told. */

/** What the head is called, here and on the wire. */
export const headWord = "户主";

/** In the order of a household: a word of relation belongs to the first that it fits. 4: others. */
const steps: readonly [number, RegExp][] = [
  [0, /^(户主|本人|head|self)$/i],
  [1, /^(配偶|妻|丈夫|夫|老伴|爱人|spouse|wife|husband)/i],
  [4, /孙|侄|甥|外|兄|弟|姐|妹|姑|叔|伯|姨|舅|grand|nephew|niece/i],
  [2, /[子女儿媳婿]|son|daughter|child/i],
  [3, /父|母|爸|妈|爹|娘|公|婆|岳|parent|father|mother/i],
];

function kinRank(relation: string): number {
  const word = relation.trim();
  return word === "" ? 4 : (steps.find(([, is]) => is.test(word))?.[0] ?? 4);
}

/** The head, the spouse, children, parents, others; among equals the elder first, who has no date of birth last. */
export function inOrder<P extends { relation: string; birth: string }>(people: P[]): P[] {
  const last = "9999";
  return people.sort(
    (a, b) =>
      kinRank(a.relation) - kinRank(b.relation) ||
      ((a.birth || last) < (b.birth || last) ? -1 : a.birth === b.birth ? 0 : 1),
  );
}
