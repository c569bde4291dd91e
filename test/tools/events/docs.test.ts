import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { commands } from "../../../tools/events/command-line.ts";
import { root } from "../../../tools/stand-options.ts";
import { Terminal } from "./terminal.ts";

const page = readFileSync(join(root, "docs", "events.md"), "utf8");
const terminal = new Terminal();
afterAll(() => terminal.close());

test("docs/events.md has every command with what it does, and no other", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|$/gm)].map(([, name, does]) => [
    name,
    does?.replaceAll("`", ""),
  ]);
  expect(rows).toEqual(Object.entries(commands).map(([name, { summary }]) => [name, summary]));
});

test("docs/events.md names only options that there are", () => {
  const usage = Object.values(commands)
    .map((command) => command.usage)
    .join("\n");
  for (const [option] of page.matchAll(/--[a-z][a-z-]+/g)) {
    if (!["--help", "--silent"].includes(option)) expect(usage).toContain(`${option}`);
  }
});

test("docs/events.md quotes a refusal as it is", async () => {
  const { err } = await terminal.run("replay", "--to", "workflows", "--since", "2d");
  // Who can be named depends on which extensions there are.
  expect(page).toContain(err[0]?.split(" are: ")[0]);
});
