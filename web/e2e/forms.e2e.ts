import { writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { Desk } from "./desk";
import { openBoth, type Office } from "./office";
import { Phone } from "./phone";
import { workbook } from "./workbook";

let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

test("a form of a spreadsheet asks what it says, refuses what it says, and reads so at the office", async () => {
  const file = office.program.file("health.xlsx");
  writeFileSync(
    file,
    workbook({
      survey: [
        ["type", "name", "label", "relevant", "required", "constraint", "constraint_message", "calculation", "default"],
        ["select_one yn", "ill", "最近生病了吗", "", "yes"],
        ["text", "what", "什么病", "${ill} = 'y'", "yes"],
        ["integer", "days", "病了几天", "${ill} = 'y'", "", ". >= 1 and . <= 60", "在 1 到 60 天之间"],
        ["integer", "cost", "每天花多少钱", "${ill} = 'y'", "", "", "", "", "20"],
        ["integer", "all", "一共", "${days} > 0", "", "", "", "${days} * ${cost}"],
      ],
      choices: [
        ["list_name", "name", "label"],
        ["yn", "y", "病了"],
        ["yn", "n", "没有病"],
      ],
      settings: [
        ["form_id", "form_title"],
        ["health", "健康随访"],
      ],
    }),
  );
  expect(office.program.run("form", "import", file)).toMatchObject({
    form: "health",
    version: 1,
    questions: 4,
    left_out: [],
  });

  const p = await Phone.enrolled(browser, office.program, office.lifang);
  await p.startVisit("王秀兰");
  await p.chip("用哪张表", "健康随访");
  expect(await p.page.getByLabel("什么病").count()).toBe(0);
  await p.chip("最近生病了吗", "病了");
  await p.write("病了几天", "90");
  await p.page.getByText("在 1 到 60 天之间").first().waitFor();
  await p.write("病了几天", "3");
  await expect.poll(() => p.page.getByText("在 1 到 60 天之间").count()).toBe(0);
  expect(await p.page.getByLabel("每天花多少钱").inputValue()).toBe("20"); // by default
  await p.page.locator("output").filter({ hasText: "60" }).waitFor();

  // What is hidden is not asked, and what stood in it is there again when it is.
  await p.write("什么病", "感冒");
  await p.chip("最近生病了吗", "没有病");
  await expect.poll(() => p.page.getByLabel("什么病").count()).toBe(0);
  await p.chip("最近生病了吗", "病了");
  await expect.poll(() => p.page.getByLabel("什么病").inputValue()).toBe("感冒");
  await p.submit();
  await p.syncNow();

  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  const read = await (await desk.open("王秀兰")).getByRole("main").innerText();
  for (const said of [/最近生病了吗\s*病了/, /什么病\s*感冒/, /病了几天\s*3/, /一共\s*60/]) expect(read).toMatch(said);
  expect(p.faults).toEqual([]);
  await p.close();
});
