/** The calls of the server. Each is one request; when to try again is sync's to know. */
import { lastWillMediaText, lastWillText, publicJwk, sign, tokenText } from "./device";
import type { AreaId, CommitId, DeviceId, Digest, RecordId, UserId } from "./ids";
import { once, type Call, type Said } from "./once";
import { readProblem } from "./problem";
import { parseReply, reason, type Fault, type Reply } from "./reply";
import type { Packed } from "./request";
import { isObject, Malformed, parseJson, type Json, type JsonObject } from "./values";
import type { Role } from "../kinds.gen";

export interface Enrolled {
  device: DeviceId;
  user: { id: UserId; name: string; role: Role };
  areas: AreaId[];
  epoch: string;
  time: number;
}

export interface HeldLine {
  id: CommitId;
  at: number; // receipt
  code: string;
  why: string;
  fault?: Fault;
  line: string | null; // null where it carries a sealed value: the phone has its own
}

export interface Have {
  have: Digest[];
  epoch: string;
  time: number;
}

export interface Identity {
  device: DeviceId;
  key: CryptoKeyPair;
}

/** A server at an address, as one phone sees it. It keeps nothing but its token. */
export class Server {
  private token: string | null = null;
  private renewing: Promise<string> | null = null;

  constructor(
    private readonly me: Identity | null,
    private readonly base = "/m/v1",
    private readonly ask: typeof fetch = (i, o) => fetch(i, o),
  ) {}

  /** Makes the key a device of the user the code was handed out for. Asking again after a lost reply is safe. */
  async enrol(
    code: string,
    key: CryptoKeyPair,
    of: { name: string; platform: string; app: string },
  ): Promise<Enrolled> {
    const v = await this.json(
      { method: "POST", path: "/enrol", open: true },
      { code, key: { ...(await publicJwk(key)) }, ...of },
    );
    const user = v["user"];
    if (
      typeof v["device"] !== "string" ||
      !isObject(user) ||
      typeof user["id"] !== "string" ||
      typeof v["epoch"] !== "string" ||
      typeof v["time"] !== "number"
    ) {
      throw new Malformed("an enrolment without device, user or epoch");
    }
    return {
      device: v["device"],
      epoch: v["epoch"],
      time: v["time"],
      user: { id: user["id"], name: String(user["name"] ?? ""), role: String(user["role"] ?? "") as Role },
      areas: Array.isArray(v["areas"]) ? v["areas"].filter((a): a is string => typeof a === "string") : [],
    };
  }

  /** One round trip. A reply that is not whole is Malformed. */
  async sync(request: Packed, opts: Pick<Call, "signal" | "heard" | "patience"> = {}): Promise<Reply> {
    const said = await this.call({
      ...opts,
      method: "POST",
      path: "/sync",
      headers: bodyHeaders(request),
      body: request.body,
    });
    return parseReply(text(said.body));
  }

  /** Hands over the lines of a revoked device. The reply has answers and no rows. */
  async lastWill(request: Packed): Promise<Reply> {
    const me = this.identity();
    const proof = await sign(me.key.privateKey, await lastWillText(me.device, request.body));
    const headers = { ...bodyHeaders(request), "Zoufang-Proof": proof };
    return parseReply(
      text((await this.call({ method: "POST", path: "/lastwill", headers, body: request.body, open: true })).body),
    );
  }

  /** The header by which a revoked device may send one medium. */
  async mediaProof(digest: Digest): Promise<{ "Zoufang-Proof": string }> {
    const me = this.identity();
    return { "Zoufang-Proof": await sign(me.key.privateKey, lastWillMediaText(me.device, digest)) };
  }

  async held(): Promise<HeldLine[]> {
    const v = await this.json({ method: "GET", path: "/held" });
    const list = Array.isArray(v["held"]) ? v["held"] : [];
    return list.filter(isObject).map((h) => ({
      id: String(h["id"]),
      at: Number(h["at"]),
      ...reason(h),
      line: typeof h["line"] === "string" ? h["line"] : null,
    }));
  }

  /** Which of at most 500 media the server has. */
  async have(digests: Digest[]): Promise<Have> {
    const v = await this.json({ method: "POST", path: "/media/have" }, { sha256: digests });
    if (!Array.isArray(v["have"]) || typeof v["epoch"] !== "string" || typeof v["time"] !== "number") {
      throw new Malformed("have without epoch or time");
    }
    return { have: v["have"].filter((d): d is string => typeof d === "string"), epoch: v["epoch"], time: v["time"] };
  }

  /** The persons of this phone's areas who have an identity number already. It goes in the body: no log has it. */
  async sameNumber(number: string): Promise<RecordId[]> {
    const { same } = await this.json({ method: "POST", path: "/people/number" }, { number });
    return Array.isArray(same) ? same.filter((id): id is string => typeof id === "string") : [];
  }

  /** A call with the token, which is renewed once where it is no longer good. Refusals are thrown as Problem. */
  async call(c: Call): Promise<Said> {
    for (let renewed = c.open === true; ; renewed = true) {
      const token = c.open ? null : (this.token ?? (await this.renew()));
      const said = await once(c, token, this.base, this.ask);
      if (said.status < 400) {
        return said;
      }
      const problem = readProblem(said.status, said.header, text(said.body));
      const stale = problem.status === 401 && (problem.code === "token" || c.method === "HEAD"); // a HEAD has no body to name a code
      if (!stale || renewed) {
        throw problem;
      }
      if (this.token === token) {
        this.token = null;
      }
    }
  }

  /** Proves that the phone holds the key. No phone clock takes part. */
  private renew(): Promise<string> {
    this.renewing ??= this.prove().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async prove(): Promise<string> {
    const me = this.identity();
    const { nonce } = await this.json({ method: "POST", path: "/challenge", open: true }, { device: me.device });
    if (typeof nonce !== "string") {
      throw new Malformed("a challenge without a nonce");
    }
    const sig = await sign(me.key.privateKey, tokenText(me.device, nonce));
    const { token } = await this.json(
      { method: "POST", path: "/token", open: true },
      { device: me.device, nonce, sig },
    );
    if (typeof token !== "string") {
      throw new Malformed("no token");
    }
    this.token = token;
    return token;
  }

  private identity(): Identity {
    if (!this.me) {
      throw new Error("this phone is not enrolled");
    }
    return this.me;
  }

  private async json(c: Call, question?: JsonObject): Promise<JsonObject> {
    const asked =
      question === undefined
        ? c
        : { ...c, headers: { "Content-Type": "application/json" }, body: JSON.stringify(question) };
    const v: Json = parseJson(text((await this.call(asked)).body));
    if (!isObject(v)) {
      throw new Malformed("a reply that is no object");
    }
    return v;
  }
}

function bodyHeaders(p: Packed): { [name: string]: string } {
  return { "Content-Type": "application/x-ndjson", ...(p.gzip ? { "Content-Encoding": "gzip" } : {}) };
}

function text(b: Uint8Array): string {
  return new TextDecoder().decode(b);
}
