/** The nearest first: the phone is asked where it is when somebody wants that, and nothing of it is kept. */
import { ref, type Ref } from "vue";
import { metres, type Place, type RosterRow } from "../../village";
import { say } from "../say";

export interface Near {
  on: Ref<boolean>;
  busy: Ref<boolean>;
  failed: Ref<boolean>;
  turn(): void;
  /** Nearest first, then those whose place nobody knows, as they were. */
  order(rows: RosterRow[]): RosterRow[];
  /** "1.2 公里 · "; "" where it is not known or not asked for. */
  far(row: RosterRow): string;
}

export function useNear(): Near {
  const at = ref<Pick<Place, "lat" | "lon"> | null>(null);
  const [on, busy, failed] = [ref(false), ref(false), ref(false)];
  const from = (r: RosterRow): number =>
    on.value && at.value && r.household.place ? metres(at.value, r.household.place) : Infinity;

  function turn(): void {
    failed.value = false;
    if (on.value || busy.value) {
      on.value = false;
      return;
    }
    busy.value = true;
    const fail = (): void => {
      busy.value = false;
      failed.value = true;
    };
    if (!("geolocation" in navigator)) return fail();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        at.value = { lat: coords.latitude, lon: coords.longitude };
        busy.value = false;
        on.value = true;
      },
      fail,
      { timeout: 20_000, maximumAge: 60_000, enableHighAccuracy: true },
    );
  }

  return {
    on,
    busy,
    failed,
    turn,
    order: (rows) =>
      on.value
        ? rows
            .map((r) => ({ r, m: from(r) }))
            .sort((a, b) => (a.m === b.m ? 0 : a.m - b.m))
            .map((x) => x.r)
        : rows,
    far: (r) => {
      const m = from(r);
      return m === Infinity ? "" : distance(m) + " · ";
    },
  };
}

/** 850 米, 1.2 公里, 12 公里. */
export function distance(m: number): string {
  if (m < 995) return say("near_m", { n: Math.round(m / 10) * 10 });
  return say("near_km", { n: m < 9950 ? (m / 1000).toFixed(1) : Math.round(m / 1000) });
}
