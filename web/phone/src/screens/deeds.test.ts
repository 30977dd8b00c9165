import { expect, it } from "vitest";
import type { Deed, OutboxEntry } from "../village";
import { kinds } from "../../../shared/wire";
import { deedWords, outboxWords } from "./deeds";

const base = { id: "x", type: null };

it("never says a field's own name, also of a record nobody knows any more", () => {
  const fields = Array.from(
    new Set(kinds.flatMap((k) => k.fields.map((f) => (f.name.endsWith(".") ? f.name + "x" : f.name)))),
  );
  for (const kind of ["", "visit", "household", "person", "request", "of a newer app"]) {
    for (const field of [...fields, "of_a_newer_app"]) {
      for (const d of [
        { deed: "change", kind, ...base, about: "", fields: [field] },
        { deed: "note", kind, ...base, about: "", field },
      ] as Deed[]) {
        expect(deedWords(d), kind + " " + field).not.toMatch(/[a-z]/i);
      }
    }
  }
  expect(deedWords({ deed: "change", kind: "household", ...base, about: "王秀兰", fields: ["address"] })).toBe(
    "改户 王秀兰：住址",
  );
  expect(deedWords({ deed: "change", kind: "household", ...base, about: "", fields: ["address"] })).toBe("改户：住址");
  expect(deedWords({ deed: "new", kind: "visit", ...base, about: "" })).toBe("记走访");
});

it("tells photos, signatures and voice notes apart", () => {
  const entry = {
    deeds: [{ deed: "new", kind: "visit", ...base, about: "王秀兰" }],
    media: { photos: 1, signatures: 1, voices: 0, unsent: 0, unsentBytes: 0 },
  } as unknown as OutboxEntry;
  expect(outboxWords(entry)).toBe("记走访 王秀兰，照片 1、签名 1");
});
