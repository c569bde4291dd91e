import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../tools/stand-options.ts";
import { admin } from "../../web/lib/strings/en/admin.ts";

/** Without what is filled in, and what says that more is asked then: `All {n} seen`, `Sounds…`, `Undo: {number} collected`. */
const bare = (text: string) =>
  text
    .replace(/ ?\{\w+\}|\d\d:\d\d/g, "")
    .replace(/…$|:.*$/, "")
    .replace(/^ *· /, "")
    .trim();

test("docs/stand.md calls what is pressed and read as the screens do", () => {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const words = new Set(
    globSync("web/lib/strings/en/*.ts", { cwd: root }).flatMap((path) =>
      [...read(path).matchAll(/"((?:[^"\\]|\\.)+)"/g)].map(([, text = ""]) => bare(text)),
    ),
  );
  const named = [...read("docs/stand.md").matchAll(/(?<![\w`])_([^_\n]+?)_(?!\w)/g)].flatMap(([, names = ""]) =>
    names.split(" → ").map(bare),
  );
  expect(named.length).toBeGreaterThan(30);
  // Where a way begins is one of the admin app's pages, the bar's own menu, or the first of the touches that an order takes there.
  const ways = [...read("docs/stand.md").matchAll(/_([^_\n→]+?) → /g)].map(([, page = ""]) => page);
  const pages = [...Object.values(admin.sections), "More", "Make"];
  expect(ways.filter((way) => !pages.includes(way))).toEqual([]);
  expect(named.filter((name) => !words.has(name))).toEqual([]);
});
