import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { sayUsage } from "./say-usage.ts";
import { root } from "./stand-options.ts";

/**
 * All checks and tests, on any fresh machine: linter and formatter, types, the built web apps, then every test.
 * Ends with a line `N passed, N failed`; a check that did not run counts as failed.
 * `npm test -- test/contracts` runs only the tests in files whose path contains that text.
 */
const only = process.argv.slice(2);
sayUsage(
  `npm test -- [PART …]
  PART   only the tests in files whose path has that in it, such as test/contracts; without one, all checks and tests`,
  only,
);
const [option] = only.filter((each) => each.startsWith("-"));
if (option !== undefined) {
  process.stderr.write(`npm test takes parts of paths of test files, such as test/contracts; ${option} is none.\n`);
  process.exit(2);
}
const report = join(root, "test-results", "vitest.json");
rmSync(report, { force: true });
mkdirSync(join(root, "test-results"), { recursive: true });

const bin = (...path: string[]) => join(root, "node_modules", ...path);
const all: [string, string[]][] = [
  ["linter and formatter", [bin("@biomejs", "biome", "bin", "biome"), "check", ".", "--error-on-warnings"]],
  ["types", [bin("typescript", "bin", "tsc"), "--noEmit"]],
  [
    "types of the web apps",
    [bin("svelte-check", "bin", "svelte-check"), "--tsconfig", "web/tsconfig.json", "--fail-on-warnings"],
  ],
  [
    "types of the console",
    [bin("svelte-check", "bin", "svelte-check"), "--tsconfig", "local/console/tsconfig.json", "--fail-on-warnings"],
  ],
  ["types of the service worker", [bin("typescript", "bin", "tsc"), "--noEmit", "-p", "web/worker"]],
  ["console", [join(root, "tools", "build-console.ts")]],
  ["web apps", [join(root, "tools", "build-web-always.ts")]],
];

const checks = only.length > 0 ? [] : all;

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { name: string; startTime: number; endTime: number }[];
}

const began = performance.now();
const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** Runs one check with Node and prints its result together with its output, so that parallel checks do not mix. */
async function run(name: string, command: string[], output: "inherit" | "pipe"): Promise<boolean> {
  const from = performance.now();
  // A check that hangs fails. On a machine that is half as fast and busy, all tests take more than twenty minutes.
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ["ignore", output, output],
    timeout: 45 * 60_000,
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed += chunk));
  const status = await new Promise((resolve) => child.on("error", resolve).on("close", resolve));
  process.stdout.write(`\n▸ ${name}\n${printed}${status === 0 ? "✓" : "✗"} ${name} (${seconds(from)})\n`);
  return status === 0;
}

const results = await Promise.all(checks.map(([name, command]) => run(name, command, "pipe")));
let passed = results.filter((good) => good).length;
let failed = results.length - passed;

const vitest = [bin("vitest", "vitest.mjs"), "run", ...only, "--reporter=default", "--reporter=json"];
const good = await run("tests", [...vitest, `--outputFile.json=${report}`], "inherit");
const { numPassedTests, numFailedTests, testResults }: Report = existsSync(report)
  ? JSON.parse(readFileSync(report, "utf8"))
  : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
passed += numPassedTests;
failed += numFailedTests;
// A file that could not be loaded, an error outside any test, or the absence of tests is a failure too.
if (numFailedTests === 0 && (!good || numPassedTests === 0)) failed += 1;
// So is a test file that no project of vitest.config.ts includes.
const ran = new Set(testResults.map(({ name }) => relative(root, name)));
const left =
  only.length > 0
    ? []
    : globSync("{test,functions,local,contracts,orchestrators,infra,web,tools,bench}/**/*.test.ts", {
        cwd: root,
        exclude: (path) => /node_modules/.test(path),
      }).filter((file) => !ran.has(file));
for (const file of left) process.stdout.write(`✗ ${file} was not run\n`);
failed += left.length;

const took = ({ startTime, endTime }: Report["testResults"][number]) => endTime - startTime;
process.stdout.write(`\nAll in ${seconds(began)}; the longest test files:\n`);
for (const file of testResults.sort((a, b) => took(b) - took(a)).slice(0, 10))
  process.stdout.write(`${(took(file) / 1000).toFixed(1).padStart(7)} s  ${relative(root, file.name)}\n`);

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
