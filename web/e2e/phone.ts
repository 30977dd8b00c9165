/** A coordinator with a phone: what a hand does, found by the words on the screen. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { newHandset, noteStrangers } from "./browser";
import type { Program } from "./program";

export const PIN = "295814";

/** A photo as a camera makes it: large, with fine detail, so that it does not shrink to nothing. */
export async function photo(browser: Browser, seed: number, width = 1600, height = 1200): Promise<Buffer> {
  const page = await browser.newPage();
  const b64 = await page.evaluate(
    async ({ seed, width, height }) => {
      const canvas = new OffscreenCanvas(width, height);
      const g = canvas.getContext("2d")!;
      let s = seed >>> 0 || 1;
      const dice = (): number => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 2 ** 32;
      for (let i = 0; i < 2500; i++) {
        g.fillStyle = `hsl(${dice() * 360} 60% ${dice() * 90}%)`;
        g.fillRect(dice() * width, dice() * height, dice() * 120, dice() * 120);
      }
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let out = "";
      for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
      return btoa(out);
    },
    { seed, width, height },
  );
  await page.close();
  return Buffer.from(b64, "base64");
}

export class Phone {
  page!: Page;
  /** Faults the app's scripts did not catch. */
  readonly faults: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly strangers: string[],
    private readonly url: string,
  ) {}

  /** A phone with nothing on it. `before`: runs in each page before the app. */
  /** A phone that is somebody's, with all that is there for them on it. */
  static async enrolled(browser: Browser | BrowserContext, program: Program, user: string): Promise<Phone> {
    const p = await Phone.open(browser, program);
    await p.enrol(program, user);
    await p.saved();
    return p;
  }

  static async open(browser: Browser | BrowserContext, program: Program, before?: () => void): Promise<Phone> {
    const context = "newContext" in browser ? await newHandset(browser) : browser;
    if (before) {
      await context.addInitScript(before);
    }
    const p = new Phone(context, noteStrangers(context, program.public), program.public);
    await p.newTab();
    return p;
  }

  /** Opens another tab and works in it. */
  async newTab(): Promise<Page> {
    this.page = await this.context.newPage();
    this.page.on("pageerror", (e) => this.faults.push(e.message));
    return this.page;
  }

  /** The way in, from the address in the code to the first page. */
  async enrol(program: Program, user: string): Promise<void> {
    await this.page.goto(program.enrolment(user).url);
    await this.begin();
  }

  /** From the first question for a PIN to the first page. */
  async begin(): Promise<void> {
    await this.heading("设一个开锁密码").waitFor();
    await this.page.getByLabel("密码", { exact: true }).fill(PIN);
    await this.page.getByLabel("再输一次").fill(PIN);
    await this.button("设好，开始").click();
    await this.button("下一条").click();
    await this.button("下一条").click();
    await this.button("开始使用").click();
    await this.heading("今日").waitFor();
  }

  /** Loads the page and opens the lock. */
  async reopen(): Promise<void> {
    await this.page.goto(this.url + "/phone/");
    await this.unlock();
  }

  async unlock(): Promise<void> {
    await this.page.getByLabel("密码", { exact: true }).fill(PIN);
    await this.button("打开").click();
    await this.page
      .getByRole("navigation", { name: "主菜单" })
      .or(this.page.getByRole("contentinfo"))
      .first()
      .waitFor();
  }

  /** Closes the tab as the phone does that is short of memory: nobody is asked, nothing is run. */
  async kill(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
    await this.newTab();
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { name });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole("link", { name });
  }

  async tab(name: "今日" | "花名册" | "办事" | "我的"): Promise<void> {
    await this.page.getByRole("navigation", { name: "主菜单" }).getByRole("link", { name }).click();
    await this.heading(name).first().waitFor();
  }

  /** To the bar of four, from wherever that is not shown. */
  async tabOrBack(): Promise<void> {
    if (!(await this.page.getByRole("navigation", { name: "主菜单" }).isVisible())) {
      await this.button("返回").click();
    }
  }

  /** The line under the title. */
  status(): Locator {
    return this.page.getByRole("banner").getByRole("status");
  }

  /** Waits until the status line says that all is on the server. */
  async saved(timeout = 30_000): Promise<void> {
    await this.page
      .getByRole("banner")
      .getByText(/已存到服务器/)
      .waitFor({ timeout });
  }

  /** Asks for a sync by hand, from the list of what is to be sent, and waits until all is on the server. */
  async syncNow(timeout = 30_000): Promise<void> {
    await this.outbox();
    await this.button("同步").click();
    await this.page.getByText("全部已存到服务器").waitFor({ timeout });
    await this.saved(timeout);
    await this.button("返回").click();
  }

  async outbox(): Promise<void> {
    await this.page
      .getByRole("banner")
      .getByRole("link", { name: /查看待发和同步/ })
      .click();
    await this.heading("待发").first().waitFor();
  }

  async openHousehold(head: string): Promise<void> {
    await this.tab("花名册");
    await this.page.getByLabel("找人").fill(head);
    await this.link(new RegExp(head)).first().click();
    await this.heading(head + " 户").waitFor();
  }

  /** Opens the form of a visit to the household, of the type by its word. */
  async startVisit(head: string, type = "走访"): Promise<void> {
    await this.openHousehold(head);
    await this.link("记走访").click();
    await this.chip("哪一种走访", type);
  }

  /** Gives one answer of a question of chips. */
  async chip(question: string, answer: string): Promise<void> {
    const group = this.page
      .getByRole("radiogroup", { name: question })
      .or(this.page.getByRole("group", { name: question }))
      .first();
    const choice = group
      .getByRole("radio", { name: answer, exact: true })
      .or(group.getByRole("checkbox", { name: answer, exact: true }));
    if (!(await choice.isChecked())) {
      await choice.click();
    }
  }

  async write(question: string, text: string): Promise<void> {
    await this.page.getByLabel(question).first().fill(text);
  }

  /** The part of the form below a question's title. */
  block(question: string): Locator {
    const titled = (e: string): Locator => this.page.locator(e).filter({ hasText: question });
    return this.page
      .locator("fieldset, div.q")
      .filter({ has: titled("legend").or(titled("label")) })
      .last();
  }

  /** Answers what is still asked for, as the list at the foot names it, the shortest way. */
  async answerRequired(): Promise<void> {
    for (let i = 0; i < 30; i++) {
      const foot = this.page.getByRole("contentinfo");
      const gaps = foot.locator("details li button");
      if ((await gaps.count()) === 0) {
        return;
      }
      if (!(await gaps.first().isVisible())) {
        await foot.getByText(/还差 \d+ 项/).click();
      }
      const said = await gaps.allTextContents();
      const next = Math.max(
        0,
        said.findIndex((g) => !/没签名|见证人/.test(g)),
      ); // signing comes last
      const fault = said[next] ?? "";
      await gaps.nth(next).click(); // leads to the question
      const block = this.page
        .locator(".q[id^=q-]")
        .filter({ has: this.page.locator(":focus") })
        .or(this.page.locator(".q[id^=q-]:focus"))
        .last();
      if (/没签名|见证人/.test(fault)) {
        await block.getByRole("button", { name: /^签名/ }).click();
        await this.draw();
      } else if (/走访人/.test(fault)) {
        await block.getByLabel("其他人姓名").fill("周文");
        await block.getByRole("button", { name: "添加" }).click();
      } else if ((await block.locator("label.chip input").count()) > 0) {
        await block.locator("label.chip input").first().click();
      } else {
        await block
          .locator("input, textarea")
          .first()
          .fill((await block.locator("[inputmode]").count()) > 0 ? "2" : "见情况说明");
      }
    }
    throw new Error("the form asks without end");
  }

  /** Submits the open form and waits until it is on the phone's disk. */
  async submit(): Promise<void> {
    await this.button("提交").click();
    await this.page.getByRole("navigation", { name: "主菜单" }).waitFor();
  }

  async addPhoto(bytes: Buffer): Promise<void> {
    const before = await this.page.getByRole("button", { name: /去掉照片/ }).count();
    await this.page
      .locator("input[type=file][accept*=image]")
      .first()
      .setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: bytes });
    await expect
      .poll(() => this.page.getByRole("button", { name: /去掉照片/ }).count(), { timeout: 20_000 })
      .toBe(before + 1);
  }

  /** Writes a name on the line of the signature page, and ends it. */
  async draw(): Promise<void> {
    const line = this.page.locator("canvas");
    await line.waitFor();
    const box = (await line.boundingBox())!;
    const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y];
    const strokes: [number, number][][] = [
      [
        [0.2, 0.3],
        [0.4, 0.7],
        [0.5, 0.3],
      ],
      [
        [0.6, 0.3],
        [0.7, 0.7],
        [0.8, 0.4],
      ],
    ];
    for (const [first, ...rest] of strokes) {
      await this.page.mouse.move(...at(...first!));
      await this.page.mouse.down();
      for (const p of rest) {
        await this.page.mouse.move(...at(...p), { steps: 6 });
      }
      await this.page.mouse.up();
    }
    await this.button("完成").click();
    await this.page.getByRole("dialog").waitFor({ state: "detached" });
  }

  async close(): Promise<void> {
    expect(this.strangers, "asked another host").toEqual([]);
    expect(this.faults, "scripts failed").toEqual([]);
    await this.context.close();
  }
}

/** No signal: the phones' nets are off and the program is not there either. */
export async function offline(program: Program, ...phones: Phone[]): Promise<void> {
  await program.stop();
  await Promise.all(phones.map((p) => p.context.setOffline(true)));
}

export async function online(program: Program, ...phones: Phone[]): Promise<void> {
  await program.serve();
  await Promise.all(phones.map((p) => p.context.setOffline(false)));
}
