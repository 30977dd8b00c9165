/** A spreadsheet as an office makes one: sheets of texts. */
import { strToU8, zipSync } from "fflate";

const escape = (s: string): string => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006/";
const column = (n: number): string => String.fromCharCode(65 + n);

/** `sheets`: rows by the name of their sheet, the headings first. */
export function workbook(sheets: { [name: string]: string[][] }): Uint8Array {
  const names = Object.keys(sheets);
  const each = (of: (name: string, n: number) => string): string => names.map((name, i) => of(name, i + 1)).join("");
  const files: { [path: string]: string } = {
    "[Content_Types].xml":
      `<Types xmlns="${packages}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
      each(
        (_, n) =>
          `<Override PartName="/xl/s${n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
      ) +
      `</Types>`,
    "_rels/.rels": `<Relationships xmlns="${packages}relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${each((name, n) => `<sheet name="${escape(name)}" sheetId="${n}" r:id="r${n}"/>`)}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${packages}relationships">${each((_, n) => `<Relationship Id="r${n}" Type="${office}/worksheet" Target="s${n}.xml"/>`)}</Relationships>`,
  };
  names.forEach((name, i) => {
    const rows = (sheets[name] ?? []).map((cells, r) => {
      const all = cells.map((c, n) => `<c r="${column(n)}${r + 1}" t="inlineStr"><is><t>${escape(c)}</t></is></c>`);
      return `<row r="${r + 1}">${all.join("")}</row>`;
    });
    files[`xl/s${i + 1}.xml`] = `<worksheet xmlns="${main}"><sheetData>${rows.join("")}</sheetData></worksheet>`;
  });
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
}
