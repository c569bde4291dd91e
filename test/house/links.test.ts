import { existsSync, globSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { describe, expect, test } from "vitest";
import { anchor } from "../../tools/catalogue/markdown.ts";
import { pages, root, said, spansOf } from "./pages.ts";

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

  test.each(pages)("%s has no heading directly after another of the same words", (page) => {
    expect(said(page).match(/^(#+ .+)\n+\1$/gm) ?? []).toEqual([]);
  });

  test.each(pages)("%s leads to files and headings that are there", (page) => {
    for (const [, to = ""] of said(page).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)) {
      const [path = "", heading] = to.split("#");
      const file = path === "" ? page : join(dirname(page), path).replaceAll("\\", "/");
      expect(existsSync(join(root, file)), `${to} in ${page}`).toBe(true);
      if (heading !== undefined && file.endsWith(".md")) expect(places(file), `${to} in ${page}`).toContain(heading);
    }
  });
});

const rooms = "contracts,functions,orchestrators,infra,web,local,test,bench,tools,docs,recordings,.github";
const files = globSync(["*", `{${rooms}}/**/*`], {
  cwd: root,
  exclude: (path) => /node_modules|local.dist|console.built/.test(path),
}).map((path) => path.replaceAll("\\", "/"));

/** A file of ours, or a folder from the root, as a page names it in code: whole, from its own folder on, or for several (`*`, `{a,b}`). */
const isName = (span: string) =>
  new RegExp(`^(${rooms.replaceAll(",", "|").replace(".", "\\.")})/[\\w.*{},/-]*$`).test(span) ||
  /^[\w.@{},*/-]+\.(ts|mjs|svelte|bicep|bicepparam)$/.test(span);

function isThere(name: string): boolean {
  // Of tests a page says once in which folder they are.
  const bare = name.replace(/^(\.\.?\/)+|\/$/g, "");
  return files.some((file) => file === bare || matchesGlob(file, `**/${bare}`));
}

describe("files that pages name", () => {
  test("are told from other words, and one that is not there is found out", () => {
    expect(["functions/orders/rules.ts", "test/infra/profiles/*.bicepparam", "stamp.ts"].every(isName)).toBe(true);
    expect(["host.json", "@azure/cosmos", "strings/<part>.ts", "orders/submit"].some(isName)).toBe(false);
    expect(
      ["functions/orders/rules.ts", "test/infra/profiles", "rules.ts", "functions/*/index.ts"].every(isThere),
    ).toBe(true);
    expect(["functions/orders/rule.ts", "functions/rules.ts", "functions/*/none.ts"].some(isThere)).toBe(false);
  });

  test.each(pages)("%s names what is there", (page) => {
    expect(spansOf(page).filter((span) => isName(span) && !isThere(span))).toEqual([]);
  });
});
