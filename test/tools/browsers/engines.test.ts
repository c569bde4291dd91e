import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { engines, programsOf, whereIs } from "../../../tools/browsers/engines.ts";
import { browsersOptions } from "../../../tools/browsers/options.ts";
import { type Seen, wrongIn } from "../../../tools/browsers/wrong.ts";

test("what is missing of a browser is said with the package that brings it", () => {
  expect(programsOf(engines.webkit, ({ program }) => (program === "Xvfb" ? undefined : `/usr/bin/${program}`))).toEqual(
    { missing: ["Xvfb is not installed (apt install xvfb)"] },
  );
  const { missing } = programsOf(engines.firefox, () => undefined) as { missing: string[] };
  expect(missing).toEqual(["firefox-esr is not installed (apt install firefox-esr)"]);
  expect(programsOf(engines.webkit, ({ program }) => `/here/${program}`)).toEqual({
    found: ["/here/WebKitWebDriver", "/here/MiniBrowser", "/here/Xvfb"],
  });
});

test("a program is looked for on the path, then where else it may be, and is one that can be run", () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-programs-"));
  const at = (name: string) => join(folder, name);
  for (const name of ["runs", "text"]) writeFileSync(at(name), "");
  chmodSync(at("runs"), 0o755);
  const path = ["/nowhere", folder].join(delimiter);
  const needed = (program: string, elsewhere?: string) => ({ program, comesWith: "", ...(elsewhere && { elsewhere }) });
  expect(whereIs(needed("runs"), path)).toBe(at("runs"));
  if (process.platform !== "win32") expect(whereIs(needed("text"), path)).toBeUndefined();
  expect(whereIs(needed("Other", `${folder.replaceAll("\\", "/")}/{a,ru}ns`), "/nowhere")).toBe(at("runs"));
  expect(whereIs(needed("none"), path)).toBeUndefined();
  rmSync(folder, { recursive: true });
});

test("browsers that were not named may be missing", () => {
  expect(browsersOptions([])).toEqual({ names: ["webkit", "firefox"], passOver: true });
  expect(browsersOptions(["--browser", "firefox"])).toEqual({ names: ["firefox"], passOver: false });
  expect(() => browsersOptions(["--browser", "toString"])).toThrow(/must be webkit or firefox; it is "toString"/);
  expect(() => browsersOptions(["--browsers"])).toThrow(/npm run browsers/);
});

test("what is not as it should be on a page is said in words, each thing once", () => {
  const well: Seen = { errors: [], cut: [], wide: 320, within: 320, letters: [16, 20], native: 0, fonts: [] };
  expect(wrongIn(well)).toEqual([]);
  expect(
    wrongIn({
      errors: ["oops"],
      cut: ["Latte: in button."],
      wide: 330,
      within: 320,
      letters: [15],
      native: 1,
      fonts: ["Inter"],
    }),
  ).toEqual([
    "oops",
    "cut off: Latte: in button.",
    "the page is 330 wide and has room for 320",
    "a field has letters of 15 pixels: phones zoom into it",
    "1 lists are drawn as the browser likes",
    "the font Inter did not load",
  ]);
});
