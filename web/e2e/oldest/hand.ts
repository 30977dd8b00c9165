/** A coordinator's hand on the old phone: it finds its way by the words on the screen, taps, types and writes a name. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { OldBrowser } from "./chromium79";
import { crowded, find, type Kind, type Spot } from "./inside";

const screen = { width: 360, height: 740 };

export class Hand {
  /** Faults the app's scripts did not catch, and what its policy forbade. */
  readonly faults: string[] = [];
  /** Requests to hosts other than `home`. */
  readonly strangers: string[] = [];

  private constructor(
    private readonly browser: OldBrowser,
    private readonly session: string,
  ) {}

  /** Opens a page and takes hold of it. */
  static async take(browser: OldBrowser, home: string): Promise<Hand> {
    const { targetId } = await browser.wire.send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.wire.send<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const hand = new Hand(browser, sessionId);
    browser.wire.on("Runtime.exceptionThrown", (p) =>
      hand.faults.push(JSON.stringify(p["exceptionDetails"]).slice(0, 600)),
    );
    browser.wire.on("Log.entryAdded", ({ entry }) => {
      const e = entry as { source: string; level: string; text: string };
      if (e.level === "error" && e.source !== "network") {
        hand.faults.push(e.source + ": " + e.text);
      }
    });
    browser.wire.on("Network.requestWillBeSent", ({ request }) => {
      const { url } = request as { url: string };
      if (/^https?:/.test(url) && !url.startsWith(home + "/")) {
        hand.strangers.push(url);
      }
    });
    for (const domain of ["Page", "Runtime", "Log", "Network"]) {
      await hand.send(domain + ".enable");
    }
    await hand.send("Emulation.setDeviceMetricsOverride", { ...screen, deviceScaleFactor: 2, mobile: true });
    await hand.send("Emulation.setTouchEmulationEnabled", { enabled: true });
    return hand;
  }

  private send<T = unknown>(method: string, params?: { [name: string]: unknown }): Promise<T> {
    return this.browser.wire.send<T>(method, params, this.session);
  }

  /** Runs text in the page; promises are waited for. */
  async ask<T>(expression: string): Promise<T> {
    const a = await this.send<{ result: { value: T }; exceptionDetails?: unknown }>("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (a.exceptionDetails) {
      throw new Error("in the page: " + JSON.stringify(a.exceptionDetails).slice(0, 800));
    }
    return a.result.value;
  }

  /** Goes to an address and waits until the page is loaded. */
  async goTo(url: string): Promise<void> {
    const { errorText } = await this.send<{ errorText?: string }>("Page.navigate", { url });
    if (errorText) {
      throw new Error(url.replace(/#.*/, "") + ": " + errorText);
    }
  }

  async reload(): Promise<void> {
    await this.send("Page.reload");
  }

  private look(kind: Kind, name: string, act: "" | "show" | "focus"): Promise<Spot | null> {
    return this.ask(`(${find.toString()})(${JSON.stringify(kind)}, ${JSON.stringify(name)}, ${JSON.stringify(act)})`);
  }

  /** Asks until the answer is there. */
  private async until<T>(what: string, within: number, f: () => Promise<T | null>): Promise<T> {
    const end = Date.now() + within;
    for (let last = ""; ; ) {
      const got = await f().catch((e: Error) => ((last = e.message), null)); // the page is just being changed for another
      if (got !== null) {
        return got;
      }
      if (Date.now() > end) {
        const words = await this.ask<string>(
          "(document.querySelector('[role=dialog]') || document.body).innerText",
        ).catch(() => "");
        throw new Error(
          `${what}: not there after ${within} ms. ${last}\n${this.faults.join("\n")}\nOn the screen:\n${words.slice(0, 1500)}`,
        );
      }
      await new Promise((done) => setTimeout(done, 40));
    }
  }

  see(kind: Kind, name: string, within = 10_000): Promise<Spot> {
    return this.until(kind + " " + name, within, () => this.look(kind, name, ""));
  }

  async there(kind: Kind, name: string): Promise<boolean> {
    return (await this.look(kind, name, "")) !== null;
  }

  async gone(kind: Kind, name: string, within = 10_000): Promise<void> {
    await this.until(kind + " " + name + " to be gone", within, async () =>
      (await this.there(kind, name)) ? null : true,
    );
  }

  /** Taps the middle of it with a finger, once it is there, at rest, and nothing lies over it. */
  async tap(kind: Kind, name: string, within?: number): Promise<void> {
    let before: Spot | null = null;
    const s = await this.until(`${kind} ${name}, free to be tapped`, within ?? 10_000, async () => {
      const now = await this.look(kind, name, "show");
      const rests = now !== null && before !== null && now.x === before.x && now.y === before.y;
      before = now;
      if (now && now.under !== "") {
        throw new Error("it lies under " + now.under);
      }
      return rests ? now : null;
    });
    await this.touch([[s.x + s.width / 2, s.y + s.height / 2]]);
  }

  /** Until what is there now has been drawn: before that a finger meets what was there before. */
  async drawn(): Promise<void> {
    await this.ask("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
  }

  /** One stroke of a finger, with steps as small as a finger's. */
  async touch(way: [x: number, y: number][]): Promise<void> {
    for (const [i, [x, y]] of way.entries()) {
      const [fromX, fromY] = way[i - 1] ?? [x, y];
      for (let step = i === 0 ? 5 : 1; step <= 5; step++) {
        const point = { x: fromX + ((x - fromX) * step) / 5, y: fromY + ((y - fromY) * step) / 5 };
        await this.send("Input.dispatchTouchEvent", {
          type: i === 0 ? "touchStart" : "touchMove",
          touchPoints: [point],
        });
      }
    }
    await this.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }

  async write(field: string, text: string): Promise<void> {
    await this.until("field " + field, 10_000, () => this.look("field", field, "focus"));
    await this.send("Input.insertText", { text });
  }

  /** Gives a file to the first field that takes pictures. */
  async file(path: string): Promise<void> {
    const { result } = await this.send<{ result: { objectId: string } }>("Runtime.evaluate", {
      expression: "document.querySelector('input[type=file][accept*=image]')",
    });
    await this.send("DOM.setFileInputFiles", { files: [path], objectId: result.objectId });
  }

  /** The screen's picture, into the file; gives what is wrong with its layout. */
  async picture(file: string): Promise<string[]> {
    await this.drawn();
    const { data } = await this.send<{ data: string }>("Page.captureScreenshot", { format: "png" });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(data, "base64"));
    return this.ask(`(${crowded.toString()})()`);
  }
}
