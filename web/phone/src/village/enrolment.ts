/** What a phone asks of the server before it is known there, and for the day it breaks. */
import {
  isObject,
  Offline,
  parseJson,
  Problem,
  type AreaId,
  type DeviceId,
  type Role,
  type Server,
  type UserId,
} from "../../../shared/wire";
import type { Keep } from "../keep";
import type { Recovery } from "../lock";
import { GateError } from "./gate-error";

/** Named "device" in the store, not sealed: a revoked phone signs with it, and a locked one still says whose it is. */
export interface Identity {
  device: DeviceId;
  user: { id: UserId; name: string; role: Role };
  areas: AreaId[];
  time: number;
  epoch?: string;
  /** Found again in the second home: the key went with all else, so the server would not know this phone by it. */
  lost?: true;
}

const aDay = 24 * 60 * 60 * 1000;

/** Makes the key a device of the code's user. Throws GateError. */
export async function askToEnrol(
  server: Server,
  code: string,
  key: CryptoKeyPair,
  phone: { name: string; app: string },
): Promise<Identity> {
  const said = await server.enrol(code, key, { ...phone, platform: platform() }).catch((e: unknown) => {
    throw gateError(e);
  });
  return { device: said.device, user: said.user, areas: said.areas, time: said.time, epoch: said.epoch };
}

/** Named "recovery" in the store: the server's recovery key, which epoch of it said so, and when that was. Public. */
interface Known {
  at: number;
  epoch: string | null;
  recovery: Recovery;
}

export async function knownRecovery(keep: Keep): Promise<Known | null> {
  const is = await keep.readNamed("recovery");
  return typeof is === "object" && is !== null && "recovery" in is ? (is as Known) : null;
}

/** Asks for the recovery key once a day, and where the server was restored: then it may have another. */
export async function askRecovery(
  keep: Keep,
  server: Server,
  now: () => number,
  epoch: string | null,
): Promise<Recovery | null> {
  const known = await knownRecovery(keep);
  if (known && known.epoch === epoch && Math.abs(now() - known.at) < aDay) {
    return known.recovery;
  }
  const said = await server.call({ method: "GET", path: "/recovery" });
  const v = parseJson(new TextDecoder().decode(said.body));
  const key = isObject(v) ? v["key"] : null;
  if (!isObject(v) || typeof v["kid"] !== "string" || !isObject(key ?? undefined)) {
    return null;
  }
  const { kty, crv, x, y } = key as { [name: string]: unknown };
  const recovery = { kid: v["kid"], key: { kty: String(kty), crv: String(crv), x: String(x), y: String(y) } };
  await keep.updateNamed("recovery", (): Known => ({ at: now(), epoch, recovery }));
  return recovery;
}

/** Wraps the content key to it. Only a server that does not answer, or not this phone, stops a sync here. */
export async function wrapRecovery(keep: Keep, server: Server, now: () => number, epoch: string | null): Promise<void> {
  try {
    const recovery = await askRecovery(keep, server, now, epoch);
    if (recovery) await keep.recoverable(recovery);
  } catch (e) {
    if (e instanceof Offline || (e instanceof Problem && e.status === 401)) throw e;
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
