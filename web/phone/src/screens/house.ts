/** Gives screens the gate and, once it is open, the village. */
import { inject, provide, type InjectionKey } from "vue";
import type { Gate, Village } from "../village";

const gateKey: InjectionKey<Gate> = Symbol("gate");
const villageKey: InjectionKey<Village> = Symbol("village");

export function giveGate(gate: Gate): void {
  provide(gateKey, gate);
}

export function giveVillage(village: Village): void {
  provide(villageKey, village);
}

export function useGate(): Gate {
  const gate = inject(gateKey);
  if (!gate) throw new Error("no gate was given");
  return gate;
}

export function useVillage(): Village {
  const village = inject(villageKey);
  if (!village) throw new Error("no village was given: it is still locked");
  return village;
}
