/** Photos and voice notes of an editor that is no visit's: they lie with its draft until that is saved. */
import type { Village } from "../../village";
import { useMaking, type Making } from "../visit/making";

/** `f`: the editor's fields. `draft`: the name of its draft. */
export function useEvidence(village: Village, draft: string, f: { photos: string[]; audio: string[] }): Making {
  const put = (field: "photos" | "audio", digest: string, place = Infinity): void => {
    const there = f[field];
    if (!there.includes(digest)) f[field] = [...there.slice(0, place), digest, ...there.slice(place)];
  };
  return useMaking(draft, {
    list: (field) => f[field],
    put,
    drop: (field, digest) => void (f[field] = f[field].filter((d) => d !== digest)),
    async keep(field, made, place) {
      put(field, await village.keepPhoto(draft, made), place);
    },
  });
}
