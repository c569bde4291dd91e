import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const web = join(import.meta.dirname, "../../web");
const files = globSync("{lib,customer,barista,display,admin,journey}/**/*.{ts,svelte}", { cwd: web }).map((path) => ({
  path: path.replaceAll("\\", "/"),
  source: readFileSync(join(web, path), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g, ""),
}));

/** Where `pattern` stands in files other than those. */
function elsewhere(pattern: RegExp, ...at: string[]): string[] {
  expect(files.length).toBeGreaterThan(80);
  return files.filter(({ path, source }) => !at.includes(path) && pattern.test(source)).map(({ path }) => path);
}

test("what a browser tells or can do is asked in one place, where it may be odd, refused or missing", () => {
  const told = /\b(navigator|localStorage|sessionStorage|matchMedia|AudioContext\(|Notification|BroadcastChannel)\b/;
  expect(elsewhere(told, "lib/browser.ts", "lib/browser-more.ts", "lib/browser-worker.ts", "lib/intl.ts")).toEqual([]);
  expect(
    elsewhere(/visibilityState|wakeLock|visibilitychange|svelte\/motion/, "lib/browser.ts", "lib/browser-more.ts"),
  ).toEqual([]);
  expect(
    elsewhere(/\bnew Intl\.|\bIntl\.(?!LDMLPluralRule)\w+\(|toLocale(?!LowerCase)/, "lib/intl.ts", "lib/intl-more.ts"),
  ).toEqual([]);
  expect(elsewhere(/\bcrypto\b/, "lib/random.ts")).toEqual([]);
});

test("what is asked by the clock is asked by `repeat`, which ends with what began it", () => {
  expect(elsewhere(/\bsetInterval\(/, "lib/live-connection.ts")).toEqual([]);
  // Those that set a timer answer for its end; all others leave it to `repeat`.
  const owners = [
    "lib/api.ts",
    "lib/clock.svelte.ts",
    "lib/live-connection.ts",
    "lib/live.svelte.ts",
    "lib/repeat.ts",
    "lib/session.svelte.ts",
    "lib/staff/commands.svelte.ts",
    "lib/staff/switches.svelte.ts",
    "lib/staff/toasts.svelte.ts",
    "barista/undo.ts",
    "customer/visit.svelte.ts",
  ];
  expect(elsewhere(/\bsetTimeout\((?!\(\) => \w+\?\.focus|\(\) => form)/, ...owners)).toEqual([]);
});

test("texts are read where they are shown, so that another language changes them", () => {
  expect(elsewhere(/^ {2}const \w+ = \w*[wW]ords\.\w+;/m)).toEqual([]);
});

test("who could not be signed out is told: no screen leaves them in the belief that they were", () => {
  expect(elsewhere(/signOut\([^()]*\)\s*\.catch\(|\bvoid [\w.]*signOut\(/)).toEqual([]);
});

test("the server's own sentences are on no screen", () => {
  expect(elsewhere(/problem\??\.detail|\bdetail\b.*\} = error\.problem/, "lib/api.ts")).toEqual([]);
});

test("what a person wrote is isolated where it is shown", () => {
  const written = /\{[^{}]*(?:\.(?:name|note|description|choiceName)\b|\bdrink\b(?!")|\bname\b)[^{}()]*\}/;
  const bare = files
    .filter(({ path }) => path.endsWith(".svelte"))
    .flatMap(({ path, source }) => {
      const template = source.replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, "");
      const shown = [...template.matchAll(/>([^<>]*)<(\/?[\w:]*)/g)].filter(([, text = "", next]) => {
        const plain = text.replace(/\{(?:[#:@/]|t\()(?:[^{}]|\{[^{}]*\})*\}|\{\w*[wW]ords\.[^{}]*\}/g, "");
        return written.test(plain) && next !== "/bdi" && next !== "/option";
      });
      return shown.map(([text]) => `${path}: ${text.trim()}`);
    });
  expect(bare).toEqual([]);
});

test("lines are told apart by what two cannot have in common: names and labels can be the same, and a key that is there twice takes down the app", () => {
  // What we name ourselves, in the source.
  const ours = [
    "admin/HistoryFilters.svelte: name",
    "admin/Stores.svelte: title",
    "barista/KeysDialog.svelte: name",
    "customer/Ticket.svelte: step.title",
    "lib/story/Underneath.svelte: extension.name",
  ];
  const keys = files.flatMap(({ path, source }) =>
    [...source.matchAll(/\{#each (?:[^{}]|\{[^{}]*\})*?\((`.*?`|[^()]*)\)\}/g)].map(([, key]) => `${path}: ${key}`),
  );
  expect(keys.length).toBeGreaterThan(90);
  const worded = keys.filter((key) => /: .*\b(name|title|label|head|text|note|description)\b/.test(key));
  expect(worded.sort()).toEqual(ours);
});

test("a button that says it is not to be pressed opens no question: what is answered there would not be done, and nobody would be told", () => {
  const inside = /<button\b((?:[^{}>]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)>/g;
  const buttons = files.flatMap(({ path, source }) =>
    [...source.matchAll(inside)].map(([, of = ""]) => ({ path, of })),
  );
  expect(buttons.length).toBeGreaterThan(150);
  const opening = buttons.flatMap(({ path, of }) => {
    const [, off] = of.match(/aria-disabled=\{(\w+)\}/) ?? [];
    const [, handler = ""] = of.match(/onclick=\{(\(\) => [\s\S]*)\}/) ?? [];
    return off !== undefined && / = /.test(handler) ? [{ path, off, handler }] : [];
  });
  expect(opening.length).toBeGreaterThan(1);
  expect(opening.filter(({ off, handler }) => !handler.includes(off))).toEqual([]);
});

test("a list to choose from looks as ours do in every browser: Safari's own stands on a light ground that light letters cannot be read on", () => {
  const lists = files.flatMap(({ path, source }) =>
    [...source.matchAll(/<select\b[^>]*/g)].map(([element]) => ({ path, element })),
  );
  expect(lists.length).toBeGreaterThan(8);
  expect(lists.filter(({ element }) => !/class="(field|arrow)"/.test(element))).toEqual([]);
});

test("what is spoken by itself can be read too: of a status bar Orca reads no words, and of a progress bar it says each step", () => {
  const root = join(web, "..");
  const pages = globSync("{web,local}/**/*.{svelte,html}", { cwd: root, exclude: ["**/{node_modules,built,dist}/**"] });
  expect(pages.length).toBeGreaterThan(100);
  const asked = /role=[^>\s]*(status|progressbar)|<(progress|output|meter)\b/;
  expect(pages.filter((path) => asked.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
});
