/** Media by tus 1.0: each from where it stopped. */
import {
  Malformed,
  Offline,
  Problem,
  sha256,
  type Call,
  type Digest,
  type Said,
  type Server,
} from "../../../shared/wire";

const smallest = 16 * 1024;
const largest = 1024 * 1024;
const aim = 4_000; // ms a part should take: that much is lost when the line is cut
const tries = 5; // of one medium in one go, against a server that keeps refusing

export interface Upload {
  sha256: Digest;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  url: string | null; // of one begun before
}

/** What the last reply said; null where it was lost: `have` tells. */
export type Stored = { epoch: string; time: number } | null;

export class Uploader {
  private part = 64 * 1024;

  constructor(
    private readonly server: Server,
    private readonly now: () => number,
    private readonly stopped: () => boolean,
    private readonly sent: (bytes: number) => void,
  ) {}

  /**
   * Sends one medium to its end. `begun` is told the upload's address as soon as it has one, and null when that is no
   * longer good. With a proof it goes as part of a last will.
   */
  async send(
    m: Upload,
    begun: (url: string | null, offset: number) => Promise<void>,
    proof?: { "Zoufang-Proof": string },
  ): Promise<Stored> {
    const call = (c: Call): Promise<Said> => {
      if (this.stopped()) {
        throw new Offline("stopped");
      }
      return this.server.call({
        patience: 60_000,
        ...c,
        ...(proof ? { open: true, headers: { ...c.headers, ...proof } } : {}),
      });
    };
    let url = m.url;
    let refused: unknown;
    for (let left = tries; left > 0; left--) {
      try {
        let said: Said | null = null;
        let offset: number;
        if (url === null) {
          const made: { url: string; offset: number; said: Said } = await this.create(m, call);
          ({ url, offset, said } = made);
        } else {
          said = await call({ method: "HEAD", path: url, headers: tus() });
          offset = offsetOf(said);
        }
        await begun(url, offset);
        while (offset < m.bytes.length) {
          said = await this.patch(m, url, offset, call);
          offset = offsetOf(said);
          await begun(url, offset);
        }
        return storedBy(said);
      } catch (e) {
        if (e instanceof Offline) {
          this.part = Math.max(smallest, this.part / 2);
          throw e;
        }
        if (!(e instanceof Problem)) {
          throw e;
        }
        refused = e;
        if (e.status === 404 || e.status === 410) {
          // It ran out, or its last reply was lost; `have` was asked before, so it is sent anew.
          url = null;
          await begun(null, 0);
        } else if (e.code !== "checksum" && e.status !== 409) {
          throw e;
        }
      }
    }
    throw refused;
  }

  private async create(
    m: Upload,
    call: (c: Call) => Promise<Said>,
  ): Promise<{ url: string; offset: number; said: Said }> {
    const first = m.bytes.slice(0, this.part);
    const metadata = "sha256 " + btoa(m.sha256) + ",type " + btoa(m.type);
    const said = await this.timed(first.length, () =>
      call({
        method: "POST",
        path: "/media",
        body: first,
        headers: tus({ "Upload-Length": String(m.bytes.length), "Upload-Metadata": metadata, ...partHeaders(first) }),
      }),
    );
    const url = pathOf(said.header("Location"));
    const offset = said.header("Upload-Offset");
    return { url, offset: offset === null ? 0 : offsetOf(said), said };
  }

  private patch(m: Upload, url: string, offset: number, call: (c: Call) => Promise<Said>): Promise<Said> {
    const part = m.bytes.slice(offset, offset + this.part);
    return this.timed(part.length, () =>
      call({
        method: "PATCH",
        path: url,
        body: part,
        headers: tus({ "Upload-Offset": String(offset), ...partHeaders(part) }),
      }),
    );
  }

  /** Fits the next part to how fast this one went. */
  private async timed(bytes: number, job: () => Promise<Said>): Promise<Said> {
    const began = this.now();
    const said = await job();
    this.sent(bytes);
    const ms = Math.max(1, this.now() - began);
    const fits = (bytes / ms) * aim;
    this.part = Math.round(Math.min(largest, Math.max(smallest, Math.min(fits, this.part * 2))));
    return said;
  }
}

function partHeaders(part: Uint8Array): { [name: string]: string } {
  const sum = sha256(part);
  return {
    "Content-Type": "application/offset+octet-stream",
    "Upload-Checksum": "sha256 " + btoa(String.fromCharCode(...sum)),
  };
}

function tus(more: { [name: string]: string } = {}): { [name: string]: string } {
  return { "Tus-Resumable": "1.0.0", ...more };
}

function offsetOf(said: Said): number {
  const text = said.header("Upload-Offset") ?? "";
  if (!/^\d{1,9}$/.test(text)) {
    throw new Malformed("an upload without its offset");
  }
  return Number(text);
}

/** The address without its host, which behind a proxy may be another than the phone's. */
function pathOf(location: string | null): string {
  if (!location) {
    throw new Malformed("an upload without an address");
  }
  return location.replace(/^https?:\/\/[^/]+/, "");
}

function storedBy(said: Said | null): Stored {
  const epoch = said?.header("Zoufang-Epoch") ?? "";
  const time = said?.header("Zoufang-Time") ?? "";
  return epoch !== "" && /^\d+$/.test(time) ? { epoch, time: Number(time) } : null;
}
