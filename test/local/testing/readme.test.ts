import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

test.each([
  ["stack.ts", "TestStack", 18],
  ["stack.ts", "TestStackOptions", 5],
  ["run-orchestrator.ts", "RunOptions", 4],
  ["run-orchestrator.ts", "OrchestratorResult", 5],
])("the page names every member that %s gives %s", (file, name, least) => {
  const source = readFileSync(resolve("local/testing", file), "utf8");
  const page = readFileSync(resolve("local/testing/README.md"), "utf8");
  const [, body = ""] = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source) ?? [];
  const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member = ""]) => member);
  expect(members.length).toBeGreaterThanOrEqual(least);
  for (const member of members) expect(page).toMatch(new RegExp(`\`${member}[\`(]`));
});
