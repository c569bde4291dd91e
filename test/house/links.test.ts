import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { anchor } from "../../tools/catalogue/markdown.ts";

const root = join(import.meta.dirname, "../..");
const pages = globSync(["*.md", ".github/**/*.md", "{docs,local,functions,web,infra,bench,test}/**/*.md"], {
  cwd: root,
  exclude: (path) => /node_modules|local.dist/.test(path),
}).map((path) => path.replaceAll("\\", "/"));

/** What a page says, without blocks of code. */
const said = (page: string) => readFileSync(join(root, page), "utf8").replace(/^(```+)[\s\S]*?^\1/gm, "");

/** The places of a page that links can lead to, as GitHub makes them of its headings. */
function places(page: string): string[] {
  const seen = new Map<string, number>();
  return [...said(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const place = anchor(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/(?<!\w)[*_]+|[*_]+(?!\w)/g, ""));
    const before = seen.get(place) ?? 0;
    seen.set(place, before + 1);
    return before === 0 ? place : `${place}-${before}`;
  });
}

describe("links in pages", () => {
  test("are found", () => expect(pages.length).toBeGreaterThan(20));

  test.each(pages)("%s leads to files and headings that are there", (page) => {
    for (const [, to = ""] of said(page).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)) {
      const [path = "", heading] = to.split("#");
      const file = path === "" ? page : join(dirname(page), path).replaceAll("\\", "/");
      expect(existsSync(join(root, file)), `${to} in ${page}`).toBe(true);
      if (heading !== undefined && file.endsWith(".md")) expect(places(file), `${to} in ${page}`).toContain(heading);
    }
  });
});
