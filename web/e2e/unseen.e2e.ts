import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { item, recordId } from "../shared/wire";
import { Desk } from "./desk";
import { look } from "./eye";
import { digestOf } from "./medium";
import { openBoth, village, type Office } from "./office";
import { Phone, photo } from "./phone";

/** What cannot be seen or heard here: it is said in words, with what can be done about it, and nothing of it is lost. */
let browser: Browser;
let office: Office;

beforeAll(() => openBoth((b, o) => ([browser, office] = [b, o])));

/** A visit that another program of Li Fang's sends, with media that are what they are. */
async function visitWith(head: string, photos: Buffer[], audio: [Buffer, string][]): Promise<string> {
  const { id: household, person } = office.households.find((h) => h.head === head)!;
  const id = recordId(Date.now());
  const started = Date.now() - 3_600_000;
  const [shown, heard] = [photos.map(digestOf), audio.map(([b]) => digestOf(b))];
  office.plain.write(
    [
      item.create(id, "visit", village, {
        type: "routine",
        household,
        persons: [person],
        way: "home",
        started,
        ended: started + 600_000,
        form: "routine@1",
        ...(shown.length ? { photos: shown } : {}),
        ...(heard.length ? { audio: heard } : {}),
      }),
    ],
    [item.go(id, "state", "draft", "submitted", [])],
  );
  await office.plain.sync();
  for (const bytes of photos) await office.plain.send(bytes, "image/jpeg");
  for (const [bytes, type] of audio) await office.plain.send(bytes, type);
  return id;
}

const open = async (p: Phone, id: string): Promise<void> => {
  await p.page.evaluate((to) => (location.hash = to), "#/visit/" + id);
  await p.heading(/走访 ·/).waitFor();
};

test("photos that nobody can see are told on their author's phone, each with why and what to do", async () => {
  const good = await photo(browser, 5, 800, 600);
  const id = await visitWith(
    "王秀兰",
    [
      Buffer.alloc(0),
      good.subarray(0, good.length / 2),
      Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), Buffer.alloc(500)]),
      Buffer.from("<!DOCTYPE html><title>登录</title>"),
      good,
    ],
    [],
  );
  const desk = await Desk.signIn(browser, office.program.url, office.staff.login, office.staff.password);
  const page = await desk.open("王秀兰"); // whoever looks first finds it out
  await expect
    .poll(async () => (await page.reload(), page.getByText("照片打不开").count()), { timeout: 30_000 })
    .toBe(4);
  await desk.context.close();

  const author = await Phone.enrolled(browser, office.program, office.lifang);
  await open(author, id);
  const photos = author.page.getByRole("region", { name: "照片" });
  const said = (n: number, why: string): string => `照片 ${n}打不开：${why}。镇里看不到、也听不到它。`;
  const whys = ["空文件", "不完整", "HEIC 格式", "是网页，不是照片"];
  for (const [i, why] of whys.entries())
    await photos.getByText(said(i + 1, why) + "请修改这次走访，重拍一张。").waitFor();
  expect(await photos.getByText("打不开").count()).toBe(4); // nothing is said of the one that is well
  const faults = await look(author.page, "photos-unseen", photos);
  await author.close();

  // A colleague reads why, and is not sent to mend what is not theirs.
  const colleague = await Phone.enrolled(browser, office.program, office.zhaomin);
  await open(colleague, id);
  await colleague.page.getByText(said(1, "空文件"), { exact: true }).waitFor();
  expect(await colleague.page.getByText("请修改这次走访").count()).toBe(0);
  await colleague.close();
  expect(faults.join("\n")).toBe("");
});

test("a recording that this browser cannot play is offered as a file, all of its bytes under its kind's name", async () => {
  const amr = Buffer.concat([Buffer.from("#!AMR\n"), Buffer.alloc(32 * 50, 0x3c)]);
  const id = await visitWith("李德福", [], [[amr, "audio/amr"]]);
  const p = await Phone.enrolled(browser, office.program, office.zhaomin);
  await open(p, id);
  const recording = p.page.getByRole("group", { name: "录音 1" });
  await recording.getByText("这部手机放不了这种录音，可以存下来用别的程序听。").waitFor();
  expect(await recording.getByRole("button").count()).toBe(0); // nothing there that would not work
  const faults = await look(p.page, "recording-deaf", recording);
  const downloading = p.page.waitForEvent("download");
  await recording.getByRole("link", { name: "存成文件" }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe(digestOf(amr).slice(0, 12) + ".amr");
  expect(readFileSync(await file.path()).equals(amr)).toBe(true);
  await p.close();
  expect(faults.join("\n")).toBe("");
});

/** Runs in the page before the app: a browser that opens HEIC, as those of Apple do. A file of that name is a red picture. */
function opensHeic(): void {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2000, 1000];
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = "#d02010";
  pen.fillRect(0, 0, 2000, 1000);
  const bytes = Uint8Array.from(atob(canvas.toDataURL("image/jpeg").split(",")[1]!), (c) => c.charCodeAt(0));
  const shown = (b: unknown): unknown =>
    b instanceof File && b.name.endsWith(".heic") ? new Blob([bytes], { type: "image/jpeg" }) : b;
  const make = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (b) => make(shown(b) as Blob);
  const bitmap = createImageBitmap.bind(window) as (...a: unknown[]) => Promise<ImageBitmap>;
  Object.assign(window, { createImageBitmap: (b: unknown, ...a: unknown[]) => bitmap(shown(b), ...a) });
}

test("an HEIC photo becomes a JPEG where the browser opens it, and else is refused by its name, with what to do", async () => {
  const buffer = Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), Buffer.alloc(400)]);
  const heic = { name: "IMG_0042.heic", mimeType: "image/heic", buffer };
  const picked = async (before?: () => void): Promise<Phone> => {
    const p = await Phone.open(browser, office.program, before);
    await p.enrol(office.program, office.lifang);
    await p.saved();
    await p.startVisit("张桂英");
    await p.page.locator("input[type=file][multiple]").setInputFiles(heic);
    return p;
  };
  const able = await picked(opensHeic);
  const taken = able.page.getByRole("img", { name: "照片 1" });
  await taken.waitFor();
  expect(await able.page.getByText("没有放进来").count()).toBe(0);
  const size = await able.page
    .locator(".thumb .open img")
    .evaluate((i: HTMLImageElement) => i.decode().then(() => [i.naturalWidth, i.naturalHeight]));
  expect(size).toEqual([1600, 800]);
  const sent: string[] = [];
  able.page.on("request", (r) => {
    if (r.method() === "POST" && r.url().endsWith("/m/v1/media"))
      sent.push(r.postDataBuffer()?.subarray(0, 3).toString("hex") ?? "");
  });
  await able.chip("怎么走访的", "入户");
  await able.submit();
  await able.syncNow();
  expect(sent).toEqual(["ffd8ff"]); // a JPEG
  await able.close();

  const unable = await picked();
  await unable.page
    .getByRole("alert")
    .getByText(
      "IMG_0042.heic：没有放进来。这张照片是 HEIC，手机浏览器打不开；请在相机设置里选“兼容性最好”（JPEG）再拍，或换一张。",
    )
    .waitFor();
  expect(await unable.page.getByRole("img", { name: "照片 1" }).count()).toBe(0);
  await unable.close();
});
