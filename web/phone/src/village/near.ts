/** How far it is, for lists that put the nearest first. */
import type { Place } from "./types";

const earth = 6_371_000; // m, the mean radius
const turn = Math.PI / 180;

/** Metres between two places, as the crow flies. */
export function metres(a: Pick<Place, "lat" | "lon">, b: Pick<Place, "lat" | "lon">): number {
  const across = Math.sin(((b.lon - a.lon) * turn) / 2) ** 2 * Math.cos(a.lat * turn) * Math.cos(b.lat * turn);
  return 2 * earth * Math.asin(Math.min(1, Math.sqrt(Math.sin(((b.lat - a.lat) * turn) / 2) ** 2 + across)));
}
