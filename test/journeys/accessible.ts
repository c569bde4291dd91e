import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What keeps people from using what a page shows now: each rule of WCAG 2.2 A and AA, and of good practice, that axe finds broken, with where. */
export async function barriers(page: Page): Promise<string[]> {
  const loaded = await page.evaluate<boolean>("typeof axe !== 'undefined'");
  if (!loaded) await page.evaluate(`${axe};undefined`);
  const violations = await page.evaluate<Violation[]>(
    "axe.run(document, { resultTypes: ['violations'], rules: { region: { enabled: true } } }).then(({ violations }) => violations)",
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`),
  );
}
