import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./stand-options.ts";

/**
 * All checks and tests, on any fresh machine: linter and formatter, types, the built web apps, then every test.
 * Ends with a line `N passed, N failed`; a check that did not run counts as failed.
 */
const report = join(root, "test-results", "vitest.json");
rmSync(report, { force: true });
mkdirSync(join(root, "test-results"), { recursive: true });

const bin = (...path: string[]) => join(root, "node_modules", ...path);
const checks: [string, string[]][] = [
  ["linter and formatter", [bin("@biomejs", "biome", "bin", "biome"), "check", ".", "--error-on-warnings"]],
  ["types", [bin("typescript", "bin", "tsc"), "--noEmit"]],
  [
    "types of the web apps",
    [bin("svelte-check", "bin", "svelte-check"), "--tsconfig", "web/tsconfig.json", "--fail-on-warnings"],
  ],
  ["web apps", [join(root, "tools", "build-web-always.ts")]],
  [
    "tests",
    [bin("vitest", "vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  ],
];

let passed = 0;
let failed = 0;
for (const [name, command] of checks) {
  const began = performance.now();
  process.stdout.write(`\n▸ ${name}\n`);
  // A check that hangs fails.
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit", timeout: 20 * 60_000 });
  process.stdout.write(`${status === 0 ? "✓" : "✗"} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
  if (name !== "tests") {
    if (status === 0) passed++;
    else failed++;
    continue;
  }
  const counts = existsSync(report)
    ? (JSON.parse(readFileSync(report, "utf8")) as {
        numPassedTests: number;
        numFailedTests: number;
        numFailedTestSuites: number;
      })
    : { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0 };
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  // A file that could not be loaded, an error outside any test, or no test at all is a failure too.
  if (counts.numFailedTests === 0 && (status !== 0 || counts.numPassedTests === 0)) failed += 1;
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
