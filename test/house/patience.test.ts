import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import config from "../../vitest.config.ts";
import { root } from "./pages.ts";

const files = globSync(["test/**/*.ts", "functions/extensions/**/*.test.ts", "local/examples/**/*.test.ts"], {
  cwd: root,
  exclude: ["**/node_modules/**"],
}).sort();

/** What runs a test or prepares one, as it is called: `test`, `test.each(…)`, `beforeAll`. */
const runs = /^(?:test|it|describe|beforeAll|beforeEach|afterAll|afterEach)\b/;
const { testTimeout = 0 } = config.test ?? {};

/** The time that a test or hook is given, in ms. */
function limitOf({ expression, arguments: given }: ts.CallExpression): number | undefined {
  if (!runs.test(expression.getText())) return undefined;
  for (const argument of given) {
    if (ts.isNumericLiteral(argument)) return Number(argument.text);
    if (!ts.isObjectLiteralExpression(argument)) continue;
    for (const member of argument.properties)
      if (ts.isPropertyAssignment(member) && member.name.getText() === "timeout")
        return Number(member.initializer.getText().replaceAll("_", ""));
  }
  return undefined;
}

/** What in a test gives up before a busy machine is done. */
function impatient(text: string): string[] {
  const source = ts.createSourceFile("a.ts", text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const limit = limitOf(node);
      const called = node.expression.getText();
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      if (limit !== undefined && limit < testTimeout) found.push(`${line}: ${limit} ms`);
      // Only they can wait in a hook, with a time of their own.
      if (/^vi\.(?:waitFor|waitUntil)$/.test(called) && node.arguments.length === 1)
        found.push(`${line}: ${called} has a second; expect.poll has half a minute`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("no test gives up before the suite does: it would fail on a machine that is busy with other things", () => {
  expect(testTimeout).toBeGreaterThan(0);
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((file) =>
    impatient(readFileSync(join(root, file), "utf8")).map((where) => `${file}:${where}`),
  );
  expect(found).toEqual([]);
});

test("who gives up early is found", () => {
  expect(
    impatient(`test("a", () => {}, 5_000);
      describe("b", { timeout: 90_000 }, () => {});
      test.each([1])("c", async () => { await vi.waitFor(() => undefined); }, 300_000);
      test("d", () => later(5_000));`),
  ).toEqual(["1: 5000 ms", "2: 90000 ms", expect.stringContaining("3: vi.waitFor has a second")]);
});
