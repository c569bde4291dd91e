import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocksOf, ownPages, pages, root, spansOf } from "./pages.ts";

const sources = globSync(
  [
    "{contracts,functions,orchestrators,web,local,infra,bench,tools}/**/*.{ts,svelte,js,mjs}",
    "{functions,infra}/**/*.{json,bicep}",
    "test/**/*.ts",
  ],
  { cwd: root, exclude: (path) => /node_modules|local.dist|console.built|test.house/.test(path) },
);
const words = new Set(sources.flatMap((path) => readFileSync(join(root, path), "utf8").match(/[\w$]+/g) ?? []));

/** What code calls, and what it takes of something: `startSms(`, `sms.inboxUrl`. Not what a comment or a text says. */
function usedIn(code: string): string[] {
  const bare = code.replace(/`[^`]*`|"[^"\n]*"|'[^'\n]*'|\/\/.*$|\/\*[\s\S]*?\*\//gm, '""');
  return [...bare.matchAll(/\.([A-Za-z_$][\w$]*)|\b([A-Za-z_$][\w$]*)\(/g)].map(
    ([, taken, called]) => taken ?? called ?? "",
  );
}

test("what code uses is told from what it says, and what there is not is found out", () => {
  const code = 'grid.subscribe([{ url: () => host.webhookUrl("a.b") }]); // e.f(';
  expect(usedIn(code)).toEqual(["subscribe", "webhookUrl"]);
  expect(usedIn("functionsHost.eventGridUrl(1)").filter((name) => !words.has(name))).toEqual(["eventGridUrl"]);
  expect(["SMS_FROM", "CODES_PER_DAY", "SMS_TO_NOBODY"].filter((name) => !words.has(name))).toEqual(["SMS_TO_NOBODY"]);
});

test.each(ownPages)("%s shows code that uses what there is", (page) => {
  // Of calls that are named in a sentence; `words.myKey` is somebody's own.
  const named = spansOf(page).filter((span) => /^[\w$.]+\([^)]*\)?$/.test(span));
  const used = [...blocksOf(page, ["ts", "js", "svelte"]), ...named].flatMap(usedIn);
  expect(used.filter((name) => !words.has(name) && !/^my[A-Z]/.test(name))).toEqual([]);
});

/** Of what an extension's page names, the settings that are its own. */
function settingsIn(page: string): string[] {
  const [, extension] = /^functions\/extensions\/([^/]+)\//.exec(page) ?? [];
  const its = extension === undefined ? "" : `${extension.toUpperCase().replaceAll("-", "_")}_`;
  const named = spansOf(page).flatMap((span) => span.match(/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?==|$)/g) ?? []);
  return named.filter((name) => name.startsWith(its));
}

test.each(pages)("%s names settings and variables of the environment that something reads", (page) => {
  // That of another emulator.
  expect(settingsIn(page).filter((name) => !words.has(name) && name !== "LOCALSTACK_AUTH_TOKEN")).toEqual([]);
});
