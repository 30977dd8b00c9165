/** One request over a line that may be slow, cut or somebody else's. */
import { Offline } from "./problem";
import { Malformed } from "./values";

export const maxReply = 64 * 1024 * 1024; // bytes, inflated
const slowest = 3; // bytes a millisecond: how fast a body goes out tells nobody, so the slowest line worth waiting for is assumed

/** One request: a path below /m/v1, or one the server named (`Location`), which begins with it. */
export interface Call {
  method: "GET" | "POST" | "HEAD" | "PATCH" | "DELETE";
  path: string;
  headers?: { [name: string]: string };
  body?: Uint8Array<ArrayBuffer> | string;
  /** Without a token: to be called by anybody, or proved otherwise. */
  open?: boolean;
  /** Bytes come at least this often, or the call counts as cut (ms; 30 s unless told). A body gets its time on a slow line on top. */
  patience?: number;
  signal?: AbortSignal;
  /** Told of bytes as they arrive, inflated. */
  heard?: (bytes: number) => void;
}

export interface Said {
  status: number;
  header: (name: string) => string | null;
  body: Uint8Array<ArrayBuffer>;
}

/** Makes one request. Where no whole answer comes it is Offline, whatever the cause. */
export async function once(c: Call, token: string | null, base: string, ask: typeof fetch): Promise<Said> {
  const headers: { [name: string]: string } = { ...c.headers };
  if (token !== null) {
    headers["Authorization"] = "Bearer " + token;
  }
  const address = c.path.startsWith(base + "/") ? c.path : base + c.path;
  const cut = new AbortController();
  const patience = c.patience ?? 30_000;
  const stop = (): void => cut.abort();
  let clock = setTimeout(stop, patience + (c.body?.length ?? 0) / slowest);
  c.signal?.addEventListener("abort", stop);
  if (c.signal?.aborted) {
    stop();
  }
  try {
    const answer = await ask(address, {
      method: c.method,
      headers,
      body: c.body ?? null,
      signal: cut.signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    const body = await read(answer, (bytes) => {
      clearTimeout(clock);
      clock = setTimeout(stop, patience);
      c.heard?.(bytes);
    });
    return { status: answer.status, header: (name) => answer.headers.get(name), body };
  } catch (e) {
    throw e instanceof Malformed ? e : new Offline(e instanceof Error ? e.message : "no answer");
  } finally {
    clearTimeout(clock);
    c.signal?.removeEventListener("abort", stop);
  }
}

async function read(answer: Response, heard: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = answer.body?.getReader();
  for (let more = reader !== undefined; more && reader; ) {
    const { done, value } = await reader.read();
    more = !done;
    if (value) {
      parts.push(value);
      size += value.length;
      heard(value.length);
      if (size > maxReply) {
        await reader.cancel();
        throw new Malformed("a reply over " + maxReply + " bytes");
      }
    }
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}
