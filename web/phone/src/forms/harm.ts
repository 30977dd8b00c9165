/** The request that a suspicion of harm to a child makes of a visit: the server's own, value by value (testdata/harm.json). */
import { item, recordId, sha256, utf8, type Item, type RecordId } from "../../../shared/wire";

/** What it is filed under, and how urgent, as the record says it. */
export const harm = { item: "孩子可能受到伤害", urgency: "立即" };

const TEXT = "走访时回答怀疑孩子受到侵害，请看这次走访。";

/** One a visit, whoever makes it. */
export function harmReportId(visit: RecordId): RecordId {
  const made = parseInt(visit.slice(0, 8) + visit.slice(9, 13), 16);
  return recordId(made, sha256(utf8("zoufang-harm-v1\n" + visit)));
}

/** Of the one person who was visited, else of the household. */
export function harmReport(
  visit: RecordId,
  area: string,
  of: { persons?: readonly RecordId[]; household?: RecordId | null },
): Item {
  const person = of.persons?.length === 1 ? of.persons[0] : undefined;
  return item.create(harmReportId(visit), "request", area, {
    ...harm,
    text: TEXT,
    visit,
    ...(person ? { person } : of.household ? { household: of.household } : {}),
  });
}
