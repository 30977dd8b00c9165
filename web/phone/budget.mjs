// Holds a build to its promises: the shell's bytes, no other hosts, nothing an old
// browser stumbles over. The build fails where one is broken.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import ts from "typescript";

const limit = 130_000; // bytes of JS and CSS, gzipped, that the first screen needs; without the scanner
const dist = fileURLToPath(new URL("./dist", import.meta.url));
const faults = [];

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile())
  .map((f) => join(f.parentPath ?? f.path, f.name));

// The scanner is the lazy chunk around zxing-wasm: it is fetched when a card is first scanned.
const scanner = (file) => /(^|[/\\_-])(scanner|zxing|reader)[^/]*$/i.test(file);

// What the first screen does without: further pages, gzip for old browsers, how hanzi are read, the words in English.
const apart = (file) => /(^|[/\\])(second|gzip-old|en|pinyin)-[^/]*$/i.test(file);

let total = 0;
for (const file of files.filter((f) => /\.(js|css)$/.test(f))) {
  const bytes = gzipSync(readFileSync(file), { level: 9 }).length;
  const name = relative(dist, file);
  console.log(
    String(bytes).padStart(8) +
      "  " +
      name +
      (scanner(name) ? "  (scanner, not counted)" : apart(name) ? "  (not of the shell, not counted)" : ""),
  );
  total += scanner(name) || apart(name) ? 0 : bytes;
}
console.log(String(total).padStart(8) + "  of " + limit + " bytes of JS and CSS, gzipped");
if (total > limit) {
  faults.push("the shell is " + (total - limit) + " bytes over its budget");
}

// Names that are written for people or are only names (licences, namespaces) ask nobody.
const silent = /^https?:\/\/(www\.w3\.org|vuejs\.org|router\.vuejs\.org|github\.com|react\.dev)\b/;
for (const file of files.filter((f) => /\.(js|css|html|webmanifest|json|svg)$/.test(f))) {
  const text = readFileSync(file, "utf8");
  const name = relative(dist, file);
  for (const [address] of text.matchAll(/(https?:)?\/\/[a-z0-9-]+(\.[a-z0-9-]+)+[^\s"'`)<]*/gi)) {
    if (!silent.test(address)) {
      faults.push(name + " names another host: " + address);
    }
  }
  if (/\.(css|html)$/.test(name) && /(url\(|src=|href=)["']?(https?:)?\/\//i.test(text)) {
    faults.push(name + " loads from another host");
  }
  if (/\/\/# sourceMappingURL/.test(text)) {
    faults.push(name + " has a source map");
  }
  if (
    /\.html$/.test(name) &&
    (/<script(?![^>]*\ssrc=)/i.test(text) || /\son[a-z]+=/i.test(text) || /<style/i.test(text))
  ) {
    faults.push(name + " has a script or style inside: the policy forbids it");
  }
}

// Chrome 79 must be able to read it: it dies at the first sign it does not know.
const K = ts.SyntaxKind;
const tooNew = new Map([
  [K.QuestionDotToken, "?."],
  [K.QuestionQuestionToken, "??"],
  [K.QuestionQuestionEqualsToken, "??="],
  [K.BarBarEqualsToken, "||="],
  [K.AmpersandAmpersandEqualsToken, "&&="],
  [K.ClassStaticBlockDeclaration, "static {}"],
]);
for (const file of files.filter((f) => f.endsWith(".js"))) {
  const found = new Set();
  const look = (node, inside) => {
    if (tooNew.has(node.kind)) {
      found.add(tooNew.get(node.kind));
    }
    if (!inside && (node.kind === K.AwaitExpression || (node.kind === K.ForOfStatement && node.awaitModifier))) {
      found.add("await outside of functions");
    }
    ts.forEachChild(node, (child) => look(child, inside || ts.isFunctionLike(node)));
  };
  look(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false, ts.ScriptKind.JS), false);
  if (found.size > 0) {
    faults.push(relative(dist, file) + " is too new for Chrome 79: " + [...found].join(" "));
  }
}

if (faults.length > 0) {
  console.error(faults.map((f) => "fault: " + f).join("\n"));
  process.exit(1);
}
