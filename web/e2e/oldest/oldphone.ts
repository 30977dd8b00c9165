/** A phone with the oldest browser, in a coordinator's hand: what is done on more than one of its screens. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { PIN } from "../phone";
import { OldBrowser } from "./chromium79";
import { Hand } from "./hand";

const pictures = fileURLToPath(new URL("../pictures/oldest/", import.meta.url));

export class OldPhone {
  h!: Hand;
  /** What is wrong with the layout of the screens that were looked at. */
  readonly crowded: string[] = [];
  private readonly profile = mkdtempSync(join(tmpdir(), "zoufang-old-phone-"));
  private browser: OldBrowser | null = null;

  constructor(private readonly home: string) {}

  /** Starts the browser with what lies on the phone, and opens the app. */
  async switchOn(): Promise<void> {
    await this.browser?.kill(); // left over where a test failed
    this.browser = await OldBrowser.start(this.profile);
    this.h = await Hand.take(this.browser, this.home);
    await this.h.goTo(this.home + "/phone/");
  }

  /** The battery is empty. Until then nothing failed unheard, and nobody else was asked. */
  async die(): Promise<void> {
    expect(this.h.faults, "scripts failed").toEqual([]);
    expect(this.h.strangers, "asked another host").toEqual([]);
    await this.browser?.kill();
  }

  /** The app's database is gone from the phone's disk. */
  lose(): void {
    const all = join(this.profile, "Default/IndexedDB");
    expect(readdirSync(all).filter((f) => f.endsWith(".leveldb"))).toHaveLength(1);
    rmSync(all, { recursive: true });
  }

  /** Opens the same address in another tab, past its lock, and works there; gives the one that was left. */
  async another(): Promise<Hand> {
    const left = this.h;
    this.h = await Hand.take(this.browser!, this.home);
    await this.h.goTo(await left.ask<string>("location.href"));
    await this.h.write("密码", PIN);
    await this.h.tap("button", "打开");
    return left;
  }

  async remove(): Promise<void> {
    await this.browser?.kill();
    rmSync(this.profile, { recursive: true, force: true });
  }

  file(name: string): string {
    return join(this.profile, name);
  }

  async shot(name: string): Promise<void> {
    this.crowded.push(...(await this.h.picture(join(pictures, name + ".png"))).map((f) => name + ": " + f));
  }

  async setPin(): Promise<void> {
    await this.h.write("密码", PIN);
    await this.h.write("再输一次", PIN);
    await this.h.tap("button", "设好，开始");
    await this.tour((n) => this.shot("03-tour" + n));
  }

  async unlock(): Promise<void> {
    await this.h.write("密码", PIN);
    await this.h.tap("button", "打开");
    await this.tour(); // that it was seen is a small thing, which a battery that goes empty may lose
    await this.h.see("css", "nav.bar");
  }

  /** The three cards, where they are shown. */
  private async tour(look: (n: number) => Promise<void> = async () => undefined): Promise<void> {
    await this.h.see("css", "nav.bar, .door h1[tabindex]", 20_000);
    for (let n = 1; !(await this.h.there("css", "nav.bar")); n++) {
      await this.h.see("button", n < 3 ? "下一条" : "开始使用");
      await look(n);
      await this.h.tap("button", n < 3 ? "下一条" : "开始使用");
      await this.h.see(n < 3 ? "text" : "css", n < 3 ? `/${n + 1} \\/ 3$/` : "nav.bar");
    }
  }

  async tab(name: string): Promise<void> {
    await this.h.tap("link", name);
    await this.h.see("heading", name);
  }

  async openHousehold(head: string): Promise<void> {
    await this.tab("花名册");
    await this.h.write("找人", head);
    await this.h.tap("link", `/${head}/`);
    await this.h.see("heading", head + " 户");
  }

  /** Writes a name on the page that lies turned by a quarter. */
  async sign(): Promise<void> {
    await this.h.tap("button", "签名 被访人");
    await this.h.see("css", "[role=dialog] .reading");
    await this.shot("08-reading");
    await this.h.tap("button", "不能签名");
    await this.h.see("field", "/见证人/");
    await this.shot("08-unsigned");
    await this.h.tap("button", "看内容");
    await this.h.tap("button", "放大签名");
    const s = await this.h.see("css", "[role=dialog] canvas");
    await this.h.drawn();
    const at = (x: number, y: number): [number, number] => [s.x + s.width * x, s.y + s.height * y];
    await this.h.touch([at(0.7, 0.2), at(0.6, 0.3), at(0.4, 0.4), at(0.3, 0.5)]);
    await this.h.touch([at(0.7, 0.6), at(0.5, 0.7), at(0.3, 0.8), at(0.6, 0.9)]);
    await this.shot("08-signed");
    await this.h.tap("button", "完成");
    await this.h.gone("css", "[role=dialog]");
  }

  saved(): Promise<unknown> {
    return this.h.see("text", "/已存到服务器 /", 30_000);
  }
}
