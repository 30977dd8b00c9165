/**
 * The browser's debugging protocol over a pipe. Of it all, only what a browser of 2019 knows; the library of the other
 * tests asks for more than that and cannot drive it.
 */
import type { Readable, Writable } from "node:stream";

interface Message {
  id?: number;
  method?: string;
  params?: { [name: string]: unknown };
  result?: unknown;
  error?: { message: string };
  sessionId?: string;
}

type Hearer = (params: { [name: string]: unknown }, session: string | undefined) => void;

export class Wire {
  private next = 1;
  private ended: Error | null = null;
  private readonly waiting = new Map<number, { done: (result: unknown) => void; failed: (e: Error) => void }>();
  private readonly hearers: [method: string, f: Hearer][] = [];

  constructor(
    private readonly to: Writable,
    from: Readable,
  ) {
    let rest = Buffer.alloc(0);
    from.on("data", (b: Buffer) => {
      rest = Buffer.concat([rest, b]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        this.take(JSON.parse(rest.subarray(0, end).toString()) as Message);
        rest = rest.subarray(end + 1);
      }
    });
    for (const pipe of [to, from]) {
      pipe.on("error", (e) => this.end(e)); // the browser is gone
    }
  }

  send<T = unknown>(method: string, params: { [name: string]: unknown } = {}, session?: string): Promise<T> {
    if (this.ended) {
      return Promise.reject(this.ended);
    }
    const id = this.next++;
    const answer = new Promise<T>((done, failed) =>
      this.waiting.set(id, { done: (r) => done(r as T), failed: (e) => failed(new Error(method + ": " + e.message)) }),
    );
    this.to.write(JSON.stringify({ id, method, params, ...(session ? { sessionId: session } : {}) }) + "\0");
    return answer;
  }

  on(method: string, f: Hearer): void {
    this.hearers.push([method, f]);
  }

  /** Nothing is answered any more. */
  end(why: Error): void {
    this.ended ??= why;
    this.waiting.forEach((w) => w.failed(why));
    this.waiting.clear();
  }

  private take(m: Message): void {
    if (m.id === undefined) {
      this.hearers.filter(([method]) => method === m.method).forEach(([, f]) => f(m.params ?? {}, m.sessionId));
      return;
    }
    const w = this.waiting.get(m.id);
    this.waiting.delete(m.id);
    if (m.error) {
      w?.failed(new Error(m.error.message));
    } else {
      w?.done(m.result);
    }
  }
}
