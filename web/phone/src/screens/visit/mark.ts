/** The mark that is printed on photos: when, where, of whom, by whom. Read on snow and at night alike. */
import { dayOf, timeOf } from "../../village";

/** 2026-12-01 09:54, 柳塘社区, 罗绍良户, 张月红: the date whole and in the county's time. What is not known is left out. */
export function markWords(at: number, village: string, head: string, by: string): string[] {
  return [dayOf(at) + " " + timeOf(at), village, head && head + "户", by].filter((w) => w !== "");
}

/** Of the picture's shorter edge; letters are never so small that a JPEG eats them. */
const SHARE = 28;
const LEAST = 14; // px
const FONTS =
  '"Noto Sans CJK SC", "Source Han Sans SC", "HarmonyOS Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';

/**
 * Prints the words along the lower edge, on a dark band and each letter with a dark edge: white on white at 9:1. Words
 * that don't fit beside each other go onto lines of their own; a word that is too long for a line is made narrow.
 */
export function printMark(pen: CanvasRenderingContext2D, width: number, height: number, words: string[]): void {
  const px = Math.max(LEAST, Math.round(Math.min(width, height * 1.5) / SHARE));
  const room = width - px;
  pen.font = "600 " + px + "px " + FONTS;
  const lines: string[] = [];
  for (const word of words) {
    const last = lines[lines.length - 1];
    if (last !== undefined && pen.measureText(last + " " + word).width <= room)
      lines[lines.length - 1] = last + " " + word;
    else lines.push(word);
  }
  const step = Math.round(px * 1.35);
  const band = Math.min(height, step * lines.length + Math.round(px * 0.65));
  pen.fillStyle = "rgba(0,0,0,.72)";
  pen.fillRect(0, height - band, width, band);
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = Math.max(2, px / 8);
  pen.strokeStyle = "#000";
  pen.fillStyle = "#fff";
  lines.forEach((line, i) => {
    const y = height - band + Math.round(px * 0.325) + step * (i + 0.5);
    pen.strokeText(line, px / 2, y, room);
    pen.fillText(line, px / 2, y, room);
  });
}
