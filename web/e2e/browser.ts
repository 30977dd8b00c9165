/** Debian's Chromium, and phones as contexts of it. */
import { chromium, type Browser, type BrowserContext } from "playwright-core";

const launch = {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--force-prefers-reduced-motion"],
};

const handset = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: "zh-CN",
  timezoneId: "Asia/Shanghai",
  permissions: ["geolocation", "camera", "microphone"],
  geolocation: { latitude: 31.95, longitude: 118.84, accuracy: 20 },
  colorScheme: "light" as const,
};

/** A camera and a microphone that are none, for openBrowser. */
export const fakeMedia = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

export async function openBrowser(flags: string[] = []): Promise<Browser> {
  return chromium.launch({ ...launch, args: [...launch.args, ...flags] });
}

/** A phone of 360 × 740 as cheap ones are, with nothing on it. */
export async function newHandset(browser: Browser): Promise<BrowserContext> {
  return browser.newContext(handset);
}

/** A phone whose storage is files in a folder, so that it can be full. */
export async function newDiskHandset(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { ...launch, ...handset });
}

/** Notes requests to other hosts than `home`. */
export function noteStrangers(context: BrowserContext, home: string): string[] {
  context.setDefaultTimeout(10_000);
  const strangers: string[] = [];
  const own = new URL(home).host;
  context.on("request", (r) => {
    const at = new URL(r.url());
    if (at.protocol.startsWith("http") && at.host !== own) {
      strangers.push(r.url());
    }
  });
  return strangers;
}
