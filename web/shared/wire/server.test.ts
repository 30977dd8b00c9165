/** The calls against a small HTTP server of its own, and what they do when it fails them. */
import { createServer, type IncomingMessage, type Server as Http, type ServerResponse } from "node:http";
import { verify } from "node:crypto";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  isProblem,
  makeDeviceKey,
  Malformed,
  Offline,
  packRequest,
  Problem,
  publicJwk,
  Server,
  utf8,
  type Identity,
  type Packed,
  type PublicJwk,
} from "./index";

type Handler = (r: IncomingMessage, body: Buffer, w: ServerResponse) => void;

let http: Http;
let base: string;
let handler: Handler;
let asked: string[];
let me: Identity;

beforeEach(async () => {
  asked = [];
  me = { device: "-dev", key: await makeDeviceKey() };
  http = createServer((r, w) => {
    const parts: Buffer[] = [];
    r.on("data", (b: Buffer) => parts.push(b));
    r.on("end", () => {
      asked.push(r.method + " " + r.url);
      handler(r, Buffer.concat(parts), w);
    });
  });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  base = "http://127.0.0.1:" + (http.address() as AddressInfo).port + "/m/v1";
});

afterEach(() => {
  http.closeAllConnections();
  http.close();
});

function json(w: ServerResponse, status: number, v: unknown, more: { [name: string]: string } = {}): void {
  w.writeHead(status, {
    "Content-Type": status < 400 ? "application/json" : "application/problem+json; charset=utf-8",
    ...more,
  });
  w.end(JSON.stringify(v));
}

function signed(jwk: PublicJwk, text: string, sig: string): boolean {
  return verify(
    "sha256",
    Buffer.from(text),
    { key: { ...jwk }, format: "jwk", dsaEncoding: "ieee-p1363" },
    Buffer.from(sig, "base64url"),
  );
}

/** Hands out tokens t1, t2 … to who proves the key, and else asks `then`. */
function withTokens(jwk: PublicJwk, then: Handler): Handler {
  let n = 0;
  return (r, body, w) => {
    const said =
      body.length > 0 && body[0] === 123
        ? (JSON.parse(body.toString().split("\n")[0] as string) as { [k: string]: string })
        : {};
    if (r.url === "/m/v1/challenge") {
      json(w, 200, { nonce: "n1", time: 5 });
    } else if (r.url === "/m/v1/token") {
      const ok = signed(jwk, "zoufang-token-v1\n-dev\nn1", said["sig"] ?? "");
      json(w, ok ? 200 : 401, ok ? { token: "t" + ++n, expires_in: 900 } : { code: "proof" });
    } else {
      then(r, body, w);
    }
  };
}

const hello = { device: "-dev", epoch: "e", cursor: null, last: null, app: "1" };
const whole =
  '{"zoufang":1,"epoch":"e","time":9,"safe_at":null,"fresh":[]}\n{"c":"x","r":"ok"}\n{"end":true,"cursor":"c","more":false,"sum":{}}\n';

describe("calls", () => {
  it("enrol with the public half alone", async () => {
    let sent = "";
    handler = (_r, body, w) => {
      sent = body.toString();
      json(w, 201, {
        device: "d",
        user: { id: "u", name: "李芳", role: "coordinator" },
        areas: ["990101001201"],
        epoch: "e",
        time: 7,
      });
    };
    const got = await new Server(null, base).enrol("CODE", me.key, { name: "红米", platform: "Android", app: "1" });
    expect(got).toEqual({
      device: "d",
      user: { id: "u", name: "李芳", role: "coordinator" },
      areas: ["990101001201"],
      epoch: "e",
      time: 7,
    });
    expect(JSON.parse(sent)).toEqual({
      code: "CODE",
      key: await publicJwk(me.key),
      name: "红米",
      platform: "Android",
      app: "1",
    });
    await expect(crypto.subtle.exportKey("jwk", me.key.privateKey)).rejects.toThrow();
    handler = (_r, _b, w) => json(w, 410, { code: "used" });
    const used = await new Server(null, base)
      .enrol("CODE", me.key, { name: "", platform: "", app: "" })
      .catch((e: unknown) => e);
    expect(isProblem(used, "used")).toBe(true);
  });

  it("prove the key once and sync with the token", async () => {
    let got: { auth?: string | undefined; type?: string | undefined; body: string } = { body: "" };
    handler = withTokens(await publicJwk(me.key), (r, body, w) => {
      got = {
        auth: r.headers.authorization,
        type: r.headers["content-type"],
        body: (r.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString(),
      };
      w.end(whole);
    });
    const server = new Server(me, base);
    const lines = Array.from({ length: 20 }, (_, i) => utf8('{"line":' + i + ',"note":"' + "记".repeat(40) + '"}'));
    const packed = await packRequest({ ...hello, reread: ["990101001201"] }, lines);
    let heard = 0;
    const reply = await server.sync(packed, { heard: (n) => (heard += n) });
    expect([packed.gzip, packed.count, reply.cursor, heard]).toEqual([true, 20, "c", whole.length]);
    expect(got).toMatchObject({ auth: "Bearer t1", type: "application/x-ndjson" });
    expect(got.body.split("\n")).toEqual([
      '{"zoufang":1,"device":"-dev","epoch":"e","cursor":null,"last":null,"reread":["990101001201"],"app":"1"}',
      ...lines.map((l) => new TextDecoder().decode(l)),
      "",
    ]);
    await Promise.all([server.sync(await packRequest(hello, [])), server.held().catch(() => 0)]);
    expect(asked.filter((a) => a.endsWith("/token")).length).toBe(1);
  });

  it("renew a token that has expired, once, and for all who wait", async () => {
    const jwk = await publicJwk(me.key);
    handler = withTokens(jwk, (r, _b, w) =>
      r.headers.authorization === "Bearer t1"
        ? json(w, 401, { code: "token" })
        : json(w, 200, { have: [], epoch: "e", time: 1, held: [] }),
    );
    const server = new Server(me, base);
    await Promise.all([server.have(["aa"]), server.held(), server.have(["bb"])]);
    expect(asked.filter((a) => a.endsWith("/token")).length).toBeLessThanOrEqual(3);
    handler = withTokens(jwk, (_r, _b, w) => json(w, 401, { code: "token" }));
    asked = [];
    await expect(server.held()).rejects.toMatchObject({ status: 401, code: "token" });
    expect(asked.filter((a) => a.endsWith("/held")).length).toBe(2);
    handler = withTokens(jwk, (_r, _b, w) => json(w, 401, { code: "revoked" }));
    await expect(server.held()).rejects.toMatchObject({ code: "revoked", temporary: false });
  });

  it("read what is held, with the rule where the server names one", async () => {
    const said = { id: "c1", at: 5, code: "invalid", why: "visitors" };
    const fault = { rule: "two_visitors", item: 1, field: "visitors" };
    handler = withTokens(await publicJwk(me.key), (_r, _b, w) =>
      json(w, 200, { held: [{ ...said, ...fault, line: "{}" }, said] }),
    );
    expect(await new Server(me, base).held()).toEqual([
      { ...said, fault: { ...fault, args: {} }, line: "{}" },
      { ...said, line: null },
    ]);
  });

  it("sign a last will over the body as it goes", async () => {
    const jwk = await publicJwk(me.key);
    let ok = false;
    handler = (r, body, w) => {
      const { createHash } = process.getBuiltinModule("node:crypto");
      const text = "zoufang-lastwill-v1\n-dev\n" + createHash("sha256").update(body).digest("hex");
      ok = signed(jwk, text, String(r.headers["zoufang-proof"])) && r.headers.authorization === undefined;
      w.end(whole);
    };
    const server = new Server(me, base);
    expect((await server.lastWill(await packRequest(hello, [utf8("x".repeat(900))]))).answers.length).toBe(1);
    expect(ok).toBe(true);
    const proof = (await server.mediaProof("aa"))["Zoufang-Proof"];
    expect(signed(jwk, "zoufang-lastwill-media-v1\n-dev\naa", proof)).toBe(true);
  });
});

describe("what goes wrong", () => {
  const call = (more: { patience?: number } = {}): Promise<unknown> =>
    new Server(null, base).call({ method: "GET", path: "/x", open: true, ...more }).catch((e: unknown) => e);

  it("is told apart", async () => {
    handler = (_r, _b, w) => json(w, 503, { code: "busy" }, { "Retry-After": "7" });
    expect(await call()).toMatchObject({ status: 503, code: "busy", retryAfter: 7000, temporary: true });
    handler = (_r, _b, w) => void w.writeHead(502, { "Content-Type": "text/html" }).end('{"code":"revoked"}');
    expect(await call()).toMatchObject({ status: 502, code: "", temporary: true });
    handler = (_r, _b, w) => void w.writeHead(401, { "Content-Type": "text/html" }).end("登录");
    expect(await call()).toBeInstanceOf(Problem);
  });

  it("is no answer where bytes stop, redirects lead away or nobody is there", async () => {
    handler = (_r, _b, w) => void w.writeHead(200, { "Content-Length": "100" }).write("half");
    expect(await call({ patience: 200 })).toBeInstanceOf(Offline);
    handler = (_r, _b, w) => w.destroy();
    expect(await call()).toBeInstanceOf(Offline);
    handler = (_r, _b, w) => void w.writeHead(302, { Location: "https://portal.example/" }).end();
    expect(await call()).toBeInstanceOf(Offline);
    http.closeAllConnections();
    await new Promise((done) => http.close(done));
    expect(await call()).toBeInstanceOf(Offline);
  });

  it("is not taken for a reply", async () => {
    handler = withTokens(await publicJwk(me.key), (_r, _b, w) => void w.end("<html>欢迎使用免费上网</html>"));
    await expect(new Server(me, base).sync(await packRequest(hello, []))).rejects.toBeInstanceOf(Malformed);
  });
});

it("packs no more than a request holds, but always one line", async () => {
  const lines = Array.from({ length: 700 }, () => utf8("x".repeat(100)));
  expect((await packRequest(hello, lines)).count).toBe(500);
  expect((await packRequest(hello, lines, 250)).count).toBe(250);
  expect(
    (
      await packRequest(
        hello,
        Array.from({ length: 20 }, () => utf8("y".repeat(60_000))),
      )
    ).count,
  ).toBe(8);
  expect((await packRequest(hello, [utf8("z".repeat(600_000))])).count).toBe(1);
  expect((await packRequest(hello, [])).count).toBe(0);
});

it("packs alike with the browser's gzip and without", async () => {
  const lines = [utf8("走".repeat(900))];
  const plain = (p: Packed): string => gunzipSync(p.body).toString("utf8");
  const ours = await packRequest(hello, lines);
  vi.stubGlobal("CompressionStream", undefined);
  try {
    const old = await packRequest(hello, lines);
    expect([old.gzip, plain(old)]).toEqual([true, plain(ours)]);
  } finally {
    vi.unstubAllGlobals();
  }
});
