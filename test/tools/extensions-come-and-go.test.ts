import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { extensionsIn } from "../../infra/extensions.ts";
import { root } from "../../tools/stand-options.ts";

/** A copy of the repository in which folders of extensions are added and deleted; what is installed or built is not copied. */
const copy = join(mkdtempSync(join(tmpdir(), "crema-copy-")), "crema");
const left = ["node_modules", ".git", ".cache", ".crema", "dist", "test-results"];
const node = process.execPath;

beforeAll(() => {
  cpSync(root, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  for (const name of ["node_modules", ".cache"])
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(copy, name), "junction");
  // What tests read beside the repository, where it is there.
  const shared = join(root, "..", "shared");
  if (existsSync(shared)) symlinkSync(shared, join(copy, "..", "shared"), "junction");
});
afterAll(() => rmSync(join(copy, ".."), { recursive: true, force: true }));

const extensions = join("functions", "extensions");
afterEach(() => {
  rmSync(join(copy, extensions), { recursive: true });
  cpSync(join(root, extensions), join(copy, extensions), { recursive: true });
});

function run(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: copy, encoding: "utf8" });
  expect(status, `${args.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** Files that are another in the copy, or in one of the two only. */
function different(): string[] {
  const files = (folder: string) =>
    globSync("**/*", { cwd: folder, withFileTypes: true, exclude: (entry) => left.includes(entry.name) })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  const all = new Set([...files(root), ...files(copy)]);
  const text = (folder: string, file: string) =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined;
  return [...all].filter((file) => text(root, file) !== text(copy, file)).sort();
}

/** What is written from the declarations of extensions: lists of them, and the settings that azd is asked for. */
const follows =
  /^(infra\/generated\/extensions\.json|\.github\/workflows\/azure-dev\.yml|infra\/core\/main\.parameters\.json|docs\/(extensions|costs)\.md|docs\/catalogue\/.*)$/;

/** All that looks at declarations: rules of the house, contracts, templates against the application. */
const looking = ["test/house", "test/contracts", "test/web/story.test.ts", "test/deploy/docs.test.ts"].concat(
  ["declarations", "settings", "azd", "access"].map((name) => `test/infra/${name}.test.ts`),
);
const vitest = join("node_modules", "vitest", "vitest.mjs");

// None may lean on another (test/house/imports.test.ts), so what holds without all of them holds without each.
test("without any, generating changes lists only, and all else stays green", () => {
  const folders = extensionsIn().map(({ folder }) => folder);
  expect(folders.length).toBeGreaterThan(1);
  for (const folder of folders) rmSync(join(copy, folder), { recursive: true });
  run("tools/generate.ts");
  const changed = different().filter((file) => !folders.some((folder) => file.startsWith(`${folder}/`)));
  expect(changed).toContain("infra/generated/extensions.json");
  expect(changed.filter((file) => !follows.test(file))).toEqual([]);
  // They keep nothing between them, so they need no process each.
  run(vitest, "run", "--no-isolate", ...looking);
});

test("a new one works as it was written", () => {
  expect(run("tools/new-extension.ts", "coffee-club")).toContain("npm start -- --extensions coffee-club");
  run("tools/generate.ts");
  const changed = different().filter((file) => !file.startsWith("functions/extensions/coffee-club/"));
  expect(changed.filter((file) => !follows.test(file))).toEqual([]);
  run(vitest, "run", "test/house", "functions/extensions/coffee-club");
  const biome = join("node_modules", "@biomejs", "biome", "bin", "biome");
  run(biome, "check", "--error-on-warnings", "functions/extensions/coffee-club");
});

test.each([
  [[], 2, "npm run new-extension -- NAME"],
  [["a", "b"], 2, "npm run new-extension -- NAME"],
  [["../up"], 2, "npm run new-extension -- NAME"],
  [["ab"], 2, "NAME  3 to 24 lower-case letters"],
  [["a-name-of-twenty-five-chars"], 2, "NAME  3 to 24 lower-case letters"],
  [["tea--time"], 2, "single hyphens between them"],
  [["orders"], 2, 'the name "orders" is the core\'s already'],
  [["default"], 2, "must not be default, all, none"],
  [["tally"], 2, "functions/extensions/tally is there already."],
])("%j is no name for one, and nothing is written", (names, code, words) => {
  const { status, stderr } = spawnSync(node, ["tools/new-extension.ts", ...names], { cwd: copy, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: code, stderr: expect.stringContaining(words) });
  expect(different().filter((file) => file.startsWith("functions/"))).toEqual([]);
});
