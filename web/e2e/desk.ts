/** A member of township staff at a desk, on the staff pages. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";

export class Desk {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly url: string,
  ) {}

  /** Signs in with a first password, which has to be changed. */
  static async signIn(browser: Browser, url: string, login: string, password: string): Promise<Desk> {
    const context = await browser.newContext({
      viewport: { width: 1366, height: 768 },
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    await page.goto(url + "/staff/");
    await page.getByLabel("登录名").fill(login);
    await page.getByLabel("口令").fill(password);
    await page.getByRole("button", { name: "登录" }).click();
    const own = "a phrase of the office's own";
    await page.getByLabel("现在的口令").fill(password);
    await page.getByLabel("新口令", { exact: true }).fill(own);
    await page.getByLabel("新口令再写一遍").fill(own);
    await page.getByRole("button", { name: "换口令" }).click();
    await page.waitForURL(/\/staff\/$/);
    return new Desk(context, page, url);
  }

  async visits(): Promise<Page> {
    await this.page.goto(this.url + "/staff/visits");
    return this.page;
  }

  /** Opens the visit to a household by the name of its head. */
  async open(head: string): Promise<Page> {
    await this.visits();
    await this.page.getByRole("link", { name: head }).first().click();
    await this.page.waitForURL(/\/staff\/visits\/[0-9a-f-]{36}/);
    return this.page;
  }

  async approve(): Promise<void> {
    await this.page.getByRole("button", { name: "核定" }).click();
    await this.page.waitForLoadState();
    expect(await this.page.getByText("已核定").count()).toBeGreaterThan(0);
  }

  /** Sends the open visit back with a word on the whole, and on fields by their titles. */
  async giveBack(whole: string, on: { [title: string]: string } = {}): Promise<void> {
    await this.page.getByText("退回修改", { exact: true }).click();
    if (whole) {
      await this.page.getByLabel("整次走访").fill(whole);
    }
    for (const [title, text] of Object.entries(on)) {
      await this.page.locator("details.decide").getByLabel(title, { exact: true }).fill(text);
    }
    await this.page.getByRole("button", { name: "退回", exact: true }).click();
    await this.page.waitForLoadState();
  }

  async held(): Promise<Page> {
    await this.page.goto(this.url + "/staff/held");
    return this.page;
  }

  /** Says no to the last line that is held, or the last of a household that is for want of a right, with a word that the phone shows. */
  async reject(why: string, head = ""): Promise<void> {
    await this.held();
    const group = this.page.locator("section.held", head ? { hasText: "权限" } : {});
    const row = group.locator("tbody tr").filter({ hasText: head }).last();
    await row.getByText("处理", { exact: true }).click();
    await row.getByLabel(/理由/).fill(why);
    await row.getByRole("button", { name: "不采用" }).click();
    await this.page.waitForLoadState();
  }

  /** Takes in a rescue file; returns what the page says of it. */
  async rescue(file: string): Promise<string> {
    await this.page.goto(this.url + "/staff/people");
    await this.page.getByLabel("救援文件").setInputFiles(file);
    await this.page.getByRole("button", { name: "导入" }).click();
    await this.page.waitForLoadState();
    return this.page.getByRole("main").innerText();
  }

  /** The picture of the code that makes a phone this person's. */
  async enrolCode(name: string): Promise<Buffer> {
    await this.page.goto(this.url + "/staff/people");
    await this.page.getByRole("button", { name: "给" + name + "登记新手机" }).click();
    await this.page.locator(".code svg, .code img").waitFor();
    return this.page.locator(".code").screenshot();
  }
}
