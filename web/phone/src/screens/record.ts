/** A whole record from the disk, read again whenever rows or own lines changed. */
import { shallowRef, watch, type ShallowRef } from "vue";
import type { Shown } from "../fold";
import { useVillage } from "./house";

export function useRecord(id: () => string): Readonly<ShallowRef<Shown | null>> {
  const village = useVillage();
  const shown = shallowRef<Shown | null>(null);
  let turn = 0;
  watch(
    () => [id(), village.versions.rows.value, village.versions.lines.value],
    async () => {
      const mine = ++turn;
      const got = id() ? await village.record(id()) : null;
      if (mine === turn) shown.value = got; // a slower, older reading never wins
    },
    { immediate: true },
  );
  return shown;
}
