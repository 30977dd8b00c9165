/** What a phone asks of the server before it is known there, and for the day it breaks. */
import { isObject, Offline, parseJson, Problem, type AreaId, type DeviceId, type Role, type Server, type UserId } from "../wire";
import type { Keep } from "../keep";
import { GateError } from "./gate-error";

/** Named "device" in the store, not sealed: a revoked phone signs with it, and a locked one still says whose it is. */
export interface Identity {
  device: DeviceId;
  user: { id: UserId; name: string; role: Role };
  areas: AreaId[];
  time: number;
}

const aDay = 24 * 60 * 60 * 1000;

/** Makes the key a device of the code's user. Throws GateError. */
export async function askToEnrol(server: Server, code: string, key: CryptoKeyPair, phone: { name: string; app: string }): Promise<Identity> {
  const said = await server.enrol(code, key, { ...phone, platform: platform() }).catch((e: unknown) => {
    throw gateError(e);
  });
  return { device: said.device, user: said.user, areas: said.areas, time: said.time };
}

/** Asks for the server's recovery key once a day, and wraps the content key to it. */
export async function fetchRecovery(keep: Keep, server: Server, now: () => number): Promise<void> {
  const asked = await keep.readNamed("recovery");
  if (typeof asked === "number" && Math.abs(now() - asked) < aDay) {
    return;
  }
  const said = await server.call({ method: "GET", path: "/recovery" });
  const v = parseJson(new TextDecoder().decode(said.body));
  const key = isObject(v) ? v["key"] : null;
  if (!isObject(v) || typeof v["kid"] !== "string" || !isObject(key ?? undefined)) {
    return;
  }
  const { kty, crv, x, y } = key as { [name: string]: unknown };
  if (await keep.recoverable({ kid: v["kid"], key: { kty: String(kty), crv: String(crv), x: String(x), y: String(y) } })) {
    await keep.updateNamed("recovery", () => now());
  }
}

function gateError(e: unknown): unknown {
  if (e instanceof Problem) {
    if (e.status === 404) return new GateError("code");
    if (e.code === "used") return new GateError("used");
    if (e.code === "expired") return new GateError("expired");
    if (e.status === 429) return new GateError("slow", e.retryAfter ?? 60_000);
    if (e.temporary) return new GateError("offline");
  }
  return e instanceof Offline ? new GateError("offline") : e;
}

/** Which browser and system, in a few words: for staff to tell phones apart. */
function platform(): string {
  const agent = globalThis.navigator?.userAgent ?? "";
  const system = /Android [\d.]+|iPhone OS [\d_]+|HarmonyOS|Windows NT [\d.]+|Mac OS X|Linux/.exec(agent)?.[0] ?? "";
  const browser = /(?:Edg|Chrome|Firefox|Version)\/\d+/.exec(agent)?.[0] ?? "";
  return (system + " " + browser).trim().slice(0, 60) || "web";
}
