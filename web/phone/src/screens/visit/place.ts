/** A fix of the phone's position: when it was made, how good it is, whether it is to be asked about. */
import { isObject, type Json, type JsonObject } from "../../../../shared/wire";
import { say, when } from "../say";

/** A fix is that of now while it is no older, in ms. */
export const FRESH = 10_000;
/** Worse than this tells hardly which village, in metres. */
const ROUGH = 200;
/** The digits that tell a metre. */
const DIGITS = 1e5;

/** As a visit carries it. `at`: when the fix was made, by the server's clock as far as it is known, Unix ms. */
export interface Fix {
  lat: number;
  lon: number;
  accuracy: number; // metres
  at: number;
}

/**
 * Reads what the browser gives. `own`: the phone's clock, by which fixes are dated; `now`: the time it is. One of a moment
 * to come is of now: the receiver's clock and the phone's are not the same.
 */
export function fixOf(p: Pick<GeolocationPosition, "coords" | "timestamp">, own: number, now: number): Fix {
  const round = (n: number): number => Math.round(n * DIGITS) / DIGITS;
  return {
    lat: round(p.coords.latitude),
    lon: round(p.coords.longitude),
    accuracy: Math.round(p.coords.accuracy),
    at: Math.round(now - Math.max(0, own - p.timestamp)),
  };
}

export const isOld = (f: Fix, now: number): boolean => now - f.at > FRESH;

export const metres = (place: JsonObject): string =>
  typeof place["accuracy"] === "number" ? String(Math.round(place["accuracy"])) : "?";

/** A place that was noted: how surely, and when. */
export const placeWords = (place: JsonObject, now: number): string =>
  say("place_done", { n: metres(place), when: typeof place["at"] === "number" ? when(place["at"], now) : "" });

export const isRough = (place: Json): boolean =>
  isObject(place) && typeof place["accuracy"] === "number" && place["accuracy"] > ROUGH;
