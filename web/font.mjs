// Writes ../qrcodes/fonts: the typeface that is printed with, Noto Sans SC Regular (OFL 1.1) as the npm package
// @expo-google-fonts/noto-sans-sc has it, whole and compressed, with its licence. `npm run font`.
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const from = fileURLToPath(new URL("./node_modules/@expo-google-fonts/noto-sans-sc/", import.meta.url));
const to = fileURLToPath(new URL("../qrcodes/fonts/", import.meta.url));
const font = gzipSync(readFileSync(from + "400Regular/NotoSansSC_400Regular.ttf"), { level: 9 });
mkdirSync(to, { recursive: true });
copyFileSync(from + "LICENSE_FONT", to + "OFL.txt");
writeFileSync(to + "part", font);
renameSync(to + "part", to + "NotoSansSC-Regular.ttf.gz");
