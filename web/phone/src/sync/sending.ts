/** Requests: what goes into one, and less of it where the server finds it too large. */
import {
  isProblem,
  packRequest,
  type AreaId,
  type DeviceId,
  type Packed,
  type Reply,
  type Server,
} from "../../../shared/wire";
import type { KeptLine } from "../keep";
import type { Standing, StandingDeps } from "./standing";

export interface SendingDeps extends StandingDeps {
  server: Server;
  device: DeviceId;
  app: string;
}

/** A server that answers nonsense again and again. */
export const mostRounds = 2000;

export class Sending {
  private limit = 500;

  constructor(
    private readonly d: SendingDeps,
    private readonly s: Standing,
  ) {}

  /** As many of the lines as fit, from the first on; and which those are. */
  async pack(lines: readonly KeptLine[], reread: AreaId[] = []): Promise<[Packed, KeptLine[]]> {
    const { epoch, cursor, last } = this.s.state;
    const hello = { device: this.d.device, epoch, cursor, last, reread, app: this.d.app };
    const packed = await packRequest(
      hello,
      lines.map((l) => l.bytes),
      this.limit,
    );
    return [packed, lines.slice(0, packed.count)];
  }

  /** Sends a request; null where the server finds it too large: then half as many lines are to go. */
  async halving(packed: Packed, send: () => Promise<Reply>): Promise<Reply | null> {
    try {
      return await send();
    } catch (e) {
      if (!isProblem(e, "too_large") || packed.count < 2) {
        throw e;
      }
      this.limit = Math.floor(packed.count / 2);
      return null;
    }
  }
}
