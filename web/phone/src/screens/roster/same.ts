/** Whether others on the roster have the same identity number, pointed out before anything is saved. */
import { ref, type Ref } from "vue";
import type { RecordId } from "../../../../shared/wire";
import type { Village } from "../../village";
import { say } from "../say";
import { identityIn } from "./checks";

const patience = 3000; // ms: nobody waits longer for a net that is not there

export interface Same {
  /** What is to be said of the number in the box. */
  note: Ref<string>;
  /** Looks the number up, while somebody goes on typing elsewhere. */
  look(): Promise<boolean>;
  /** Looks the number up before a save; words against it where others have it: once for a number, the next save is meant. */
  stops(): Promise<string>;
}

export function useSame(village: Village, number: () => string, of: RecordId): Same {
  const note = ref("");
  const told = new Set<string>();

  async function look(): Promise<boolean> {
    const asked = identityIn(number(), village.day())?.number;
    note.value = "";
    if (!asked) return false;
    const never = { ids: [], sure: false };
    const same = await Promise.race([
      village.sameNumber(asked, of),
      new Promise<typeof never>((late) => setTimeout(() => late(never), patience)),
    ]);
    if (identityIn(number(), village.day())?.number !== asked) return false; // typed over meanwhile
    const names = Array.from(new Set(same.ids.map((id) => village.person(id)?.name || say("id_other"))));
    note.value = names.length ? say("id_same", { names: names.join("、") }) : same.sure ? "" : say("id_unsure");
    return names.length > 0;
  }

  async function stops(): Promise<string> {
    if (!(await look())) return "";
    const asked = identityIn(number(), village.day())?.number ?? "";
    const fresh = !told.has(asked);
    told.add(asked);
    return fresh ? note.value : "";
  }

  return { note, look, stops };
}
