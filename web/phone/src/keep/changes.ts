import type { Change } from "./types";

/** Tells of changes on the disk to this tab and to the others that have the same database open. */
export class Changes {
  /** Moves with every change heard of another tab. */
  heard = 0;
  private readonly channel: BroadcastChannel;
  private readonly listeners = new Set<(change: Change) => void>();
  private ended = false;

  /** `first`: what this room itself does about another tab's change, before anybody is told. */
  constructor(name: string, first: (change: Change) => void) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (e: MessageEvent<Change>) => {
      this.heard++;
      first(e.data);
      this.hear(e.data);
    };
  }

  tell(change: Change): void {
    this.hear(change);
    if (!this.ended) this.channel.postMessage(change);
  }

  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  end(): void {
    this.ended = true;
    this.channel.close();
  }

  /** Listeners run on their own: what fails there does not make a durable save look failed. */
  private hear(change: Change): void {
    for (const listener of this.listeners) void Promise.resolve(change).then(listener);
  }
}
