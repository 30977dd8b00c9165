import { expect, it } from "vitest";
import { markWords } from "./mark";

it("prints the day whole and by the county's clock, and leaves out what is not known", () => {
  const at = Date.parse("2026-12-01T01:54:30Z");
  expect(markWords(at, "柳塘社区", "罗绍良", "张月红").join(" ")).toBe("2026-12-01 09:54 柳塘社区 罗绍良户 张月红");
  expect(markWords(Date.parse("2026-12-31T16:05:00Z"), "柳塘社区", "", "张月红").join(" ")).toBe(
    "2027-01-01 00:05 柳塘社区 张月红",
  );
});
