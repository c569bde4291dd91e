import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import consoleSettings from "../../local/console/vite.config.ts";
import { buildWeb, builtSite } from "../../tools/build-web.ts";
import { browsers } from "../../web/browsers.ts";
import siteSettings from "../../web/vite.config.ts";

/** What ES2024 and later brought, and what Safari has none of: no build writes it anew. What our own files use the compiler knows; libraries come as they are. */
const younger =
  /\b(?:Object|Map)\.groupBy\b|\bPromise\.(?:withResolvers|try)\b|\bArray\.fromAsync\b|\bIterator\.(?:from|concat)\b|\bRegExp\.escape\b|\bAbortSignal\.any\b|\bURL\.(?:canParse|parse)\b|\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(|\.(?:values|keys|entries)\(\)\.(?:map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)\(|\brequestIdleCallback\(|\bstartViewTransition\(|\bnew Intl\.(?:Segmenter|DurationFormat)\b/g;

test("the apps call nothing that the oldest browsers they are for do not have", () => {
  buildWeb();
  const scripts = globSync("{sw.js,assets/*.js}", { cwd: builtSite });
  expect(scripts.length).toBeGreaterThan(20);
  const found = scripts.flatMap((path) =>
    [...readFileSync(join(builtSite, path), "utf8").matchAll(younger)].map(([what]) => `${path}: ${what}`),
  );
  expect(found).toEqual([]);
});

test("the apps, the console and the page that says so are for the same browsers", () => {
  expect(siteSettings.build?.target).toEqual(browsers);
  expect(browsers).toEqual(expect.arrayContaining(consoleSettings.build?.target as string[]));
  const page = readFileSync(join(import.meta.dirname, "../../web/README.md"), "utf8");
  const { chrome, edge, firefox, safari, ios } = Object.fromEntries(
    browsers.map((browser) => [browser.replace(/[\d.]+$/, ""), browser.replace(/^[a-z]+/, "")]),
  );
  expect(page).toContain(
    `Safari ${safari} (iOS and iPadOS ${ios}), Chrome ${chrome}, Edge ${edge} and Firefox ${firefox}, and all later ones.`,
  );
});
