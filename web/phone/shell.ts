import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";
import { icon } from "./icons.ts";
import type { Build, ShellFile } from "./src/sw/policy";

const manifest = {
  name: "走访",
  short_name: "走访",
  description: "村级民政协理员的走访记录，没有信号也能用",
  lang: "zh-CN",
  dir: "ltr",
  id: "/phone/",
  start_url: "/phone/",
  scope: "/phone/",
  display: "standalone",
  orientation: "any", // the signature is written with the phone turned
  background_color: "#F7F6F2",
  theme_color: "#1E6B57",
  icons: [
    { src: "icons/192.png", sizes: "192x192", type: "image/png" },
    { src: "icons/512.png", sizes: "512x512", type: "image/png" },
    { src: "icons/maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
  ],
};

// What the app opens without: it is fetched when the app is there, or at its first use.
const later = /(^|[/_-])(scanner|zxing|reader)[^/]*\.(js|wasm)$|^icons\//i;

/**
 * Adds to a build what makes it an app on the phone: the manifest, the icons, and the worker with the list of all files
 * and their digests written into it.
 */
export function shell(): Plugin {
  return {
    name: "zoufang-shell",
    apply: "build",
    enforce: "post",
    transformIndexHtml: () => [
      { tag: "link", attrs: { rel: "manifest", href: "/phone/manifest.webmanifest" }, injectTo: "head" },
      { tag: "link", attrs: { rel: "icon", href: "/phone/icons/192.png", type: "image/png" }, injectTo: "head" },
      { tag: "link", attrs: { rel: "apple-touch-icon", href: "/phone/icons/touch.png" }, injectTo: "head" },
    ],
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        const made: [string, string | Buffer][] = [
          ["manifest.webmanifest", JSON.stringify(manifest)],
          ["icons/192.png", icon(192, false)],
          ["icons/512.png", icon(512, false)],
          ["icons/maskable.png", icon(512, true)],
          ["icons/touch.png", icon(180, true)],
        ];
        for (const [fileName, source] of made) {
          this.emitFile({ type: "asset", fileName, source });
        }
        const files = new Map<string, ShellFile>();
        const list = (name: string, content: string | Uint8Array): void => {
          const path = name === "index.html" ? "" : name;
          const sha256 = createHash("sha256").update(content).digest("hex");
          files.set(path, later.test(path) ? { path, sha256, later: true } : { path, sha256 });
        };
        Object.values(bundle).forEach((f) => list(f.fileName, f.type === "chunk" ? f.code : f.source));
        made.forEach(([name, content]) => list(name, content));
        if (!files.has("")) {
          this.error("the page is not among the files of the build");
        }
        const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
        const id = createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 12);
        this.emitFile({ type: "asset", fileName: "sw.js", source: await worker({ id, files: sorted }) });
      },
    },
  };
}

async function worker(of: Build): Promise<string> {
  const entry = fileURLToPath(new URL("./src/sw/worker.ts", import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: "error",
    define: { BUILD: JSON.stringify(of) },
    build: { write: false, target: "chrome79", lib: { entry, formats: ["iife"], name: "worker", fileName: "sw" } },
  });
  const output = (Array.isArray(built) ? built : [built]).flatMap((b) => ("output" in b ? b.output : []));
  return output.map((o) => (o.type === "chunk" ? o.code : "")).join("");
}
