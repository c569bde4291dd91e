import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** Every page that people read, from the root, with slashes. */
export const pages = globSync(
  ["*.md", ".github/**/*.md", "{docs,local,functions,web,infra,bench,test,tools,recordings}/**/*.md"],
  { cwd: root, exclude: (path) => /node_modules|local.dist/.test(path) },
).map((path) => path.replaceAll("\\", "/"));

/** Of these, those that speak of what is here. The page of an extension may show programs and libraries that nothing here knows. */
export const ownPages = pages.filter((page) => !page.startsWith("functions/extensions/"));

/** A page, whole. */
export const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

/** What a page says, without blocks of code. */
export const said = (page: string): string => textOf(page).replace(/^(```+)[\s\S]*?^\1/gm, "");

/** What stands in code within the sentences of a page. */
export const spansOf = (page: string): string[] =>
  [...said(page).matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);

/** The blocks of a page in one of these languages: ```` ```ts ````. */
export const blocksOf = (page: string, languages: readonly string[]): string[] =>
  [...textOf(page).matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```/gm)].flatMap(([, , language = "", text = ""]) =>
    languages.includes(language) ? [text] : [],
  );
