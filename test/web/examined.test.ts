import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shownBy, states } from "../journeys/states.ts";

const root = join(import.meta.dirname, "../..");

/** The names that journeys have examined: all that they write down, but for what they only look at. Of one that is put together, what it can be. */
const examined = globSync("test/journeys/*.ts", { cwd: root })
  .filter((path) => !path.endsWith("states.ts") || path.endsWith("-states.ts"))
  .map((path) => readFileSync(join(root, path), "utf8").replace(/\blook\([^;]*;/g, ""))
  .flatMap((source) => [...source.matchAll(/"([a-z][\w-]+)"|`([a-z][^`\s]+)`/g)])
  .map(([, name, made = ""]) => new RegExp(`^${name ?? made.replace(/\$\{[^}]*\}/g, "\\w+")}$`));

test("what has a state on a screen is named among the states", () => {
  const components = globSync("{customer,barista,display,admin,journey,lib}/**/*.svelte", { cwd: join(root, "web") });
  expect(components.map((path) => path.replaceAll("\\", "/")).sort()).toEqual(Object.keys(shownBy).sort());
});

test("each state of the apps is examined by a journey", () => {
  expect(states.size).toBeGreaterThan(180);
  const missed = [...states].filter((name) => !examined.some((pattern) => pattern.test(name)));
  expect(missed).toEqual([]);
});
