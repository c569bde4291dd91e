import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const rooms = ["contracts", "functions", "orchestrators", "infra", "web", "local", "test", "bench", "tools"];

/** Who may import whom (design, section 2). `test`, `bench` and `tools` may import anything. */
const allowed: Record<string, string[]> = {
  contracts: ["contracts"],
  functions: ["functions", "contracts"],
  orchestrators: ["orchestrators", "contracts"],
  infra: ["infra", "contracts"],
  web: ["web", "contracts"],
  local: ["local"],
};

interface Import {
  from: string;
  to: string;
}

const comments = String.raw`(?:\s|/\*[\s\S]*?\*/|//.*\n)*`;
const importing = new RegExp(
  String.raw`(?:\bfrom|\bimport(?:${comments}\()?|\brequire(?:\.resolve)?${comments}\()${comments}(["'\x60])(\.{1,2}/(?:(?!\1).)+)\1`,
  "g",
);

/** What a file imports of our files, however it does: statically, for types, by `import()`, by `require`. */
const specifiersIn = (source: string) => [...source.matchAll(importing)].map(([, , specifier = ""]) => specifier);

/** Whether what a file imports is known only when it runs. */
const isComputed = (source: string) =>
  /\bcreateRequire\b|\b(?:import|require)\s*\((?!\s*(?:"[^"]*"|'[^']*'|`[^`$]*`)\s*[,)])/.test(
    source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""),
  );

/** Every import of one of our files by another, both as paths from the root. */
function imports(): Import[] {
  const files = globSync(`{${rooms.join(",")}}/**/*.{ts,mts,cts,js,mjs,cjs,svelte}`, {
    cwd: root,
    // What others wrote, and what was built.
    exclude: (path) => /node_modules|console.built|local.dist/.test(path),
  });
  return files.flatMap((file) => {
    return specifiersIn(readFileSync(join(root, file), "utf8")).map((specifier) => ({
      from: file.split(sep).join("/"),
      to: relative(root, join(root, dirname(file), specifier))
        .split(sep)
        .join("/"),
    }));
  });
}

const all = imports();
/** Tests that lie beside an extension may import what other tests do. */
const room = (path: string) => (path.endsWith(".test.ts") ? "test" : (path.split("/")[0] ?? ""));
const say = ({ from, to }: Import) => `${from} imports ${to}`;

test("the check sees the imports of every room", () => {
  for (const name of rooms.filter((each) => each !== "bench")) {
    expect(
      all.some(({ from }) => room(from) === name),
      name,
    ).toBe(true);
  }
});

test.each([
  'import { a } from "../a.ts";',
  "import type { A } from '../a.ts';",
  'import "../a.ts";',
  'export * from "../a.ts";',
  'export { type A } from "../a.ts";',
  'const a = await import("../a.ts");',
  "const a = await import(`../a.ts`);",
  'const a = await import(/* quietly */ "../a.ts");',
  'type A = import("../a.ts").A;',
  'const a = require("../a.ts");',
])("and this one: %s", (source) => {
  expect(specifiersIn(source)).toEqual(["../a.ts"]);
  expect(isComputed(source)).toBe(false);
});

test("no room imports one that it may not know", () => {
  const wrong = all.filter(
    ({ from, to }) =>
      allowed[room(from)] &&
      !allowed[room(from)]?.includes(room(to)) &&
      // How a workflow waits, tries again, is started and told, which those of extensions need too; and the function in which it hears with the services.
      !(
        room(from) === "orchestrators" &&
        /^functions\/platform\/(wait-until|activity-retries|workflow-client|hears)\.ts$/.test(to)
      ),
  );
  expect(wrong.map(say)).toEqual([]);
});

test("no service imports another service", () => {
  const service = (path: string) => path.split("/")[1] ?? "";
  const wrong = all.filter(
    ({ from, to }) =>
      room(from) === "functions" &&
      room(to) === "functions" &&
      service(to) !== "platform" &&
      service(to) !== service(from),
  );
  expect(wrong.map(say)).toEqual([]);
});

test("an extension imports its own folder, the contracts and the platform, and gets to no container but its own", () => {
  const extension = (path: string) => /^functions\/extensions\/([^/]+)\//.exec(path)?.[1];
  const mayImport = ({ from, to }: Import) =>
    extension(from) === extension(to) ||
    (to.startsWith("contracts/") && !to.startsWith("contracts/generated/")) ||
    // Those give every container, or a turn in a function that orders wait for.
    (to.startsWith("functions/platform/") && !/\/(clients|stored|every-minute|tries)\.ts$/.test(to));
  const ofExtensions = all.filter(({ from }) => extension(from) && room(from) !== "test");
  expect(ofExtensions.filter((each) => !mayImport(each)).map(say)).toEqual([]);
});

test.each(['import("../" + "a.ts")', "import(`../$" + "{name}`)", "require(name)", "createRequire(import.meta.url)"])(
  "what is imported is seen to be computed: %s",
  (source) => expect(isComputed(source)).toBe(true),
);

test("what an extension imports stands there in its code", () => {
  const files = globSync("functions/extensions/**/*.{ts,mts,cts,js,mjs,cjs}", { cwd: root });
  expect(files.filter((file) => isComputed(readFileSync(join(root, file), "utf8")))).toEqual([]);
});

test("nothing imports an extension: it can be deleted", () => {
  const wrong = all.filter(
    ({ from, to }) =>
      to.startsWith("functions/extensions/") && dirname(to).split("/")[2] !== dirname(from).split("/")[2],
  );
  expect(wrong.map(say)).toEqual([]);
});

test("platform, which every service shares, imports no service", () => {
  const wrong = all.filter(
    ({ from, to }) =>
      from.startsWith("functions/platform/") && to.startsWith("functions/") && !to.startsWith("functions/platform/"),
  );
  expect(wrong.map(say)).toEqual([]);
});

test("no files import each other in a circle, not even for types alone", () => {
  const imported = new Map<string, string[]>();
  for (const { from, to } of all) imported.set(from, [...(imported.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    const first = way.indexOf(file);
    if (first >= 0) circles.push([...way.slice(first), file].join(" → "));
    if (first >= 0 || done.has(file)) return;
    for (const next of imported.get(file) ?? []) follow(next, [...way, file]);
    done.add(file);
  };
  for (const file of imported.keys()) follow(file, []);
  expect(circles).toEqual([]);
});

/** Time, chance and ids come from the injected parts; only the parts themselves and an application's own thread may take them from the machine. */
const ownTime = [
  "local/kernel/clock.ts",
  "local/kernel/ids.ts",
  // Moves the clock on in steps that the machine's time gives.
  "local/kernel/pace.ts",
  // Waits for the machine, or counts on its being there, where all else is by turns.
  "local/kernel/lock-step.ts",
  // How long a connection may say nothing goes by the machine's time, as all time-outs of servers do.
  "local/kernel/both-schemes.ts",
  "local/kernel/near/",
  "local/functions/worker/",
  "local/swa/",
  // What waits for a storage service, which goes by its own clock.
  "local/functions/storage/real-time.ts",
  // Runs in a browser.
  "local/console/",
  // Holds up an answer that the clock itself waits for.
  "local/faults/delays.ts",
  // Written by tests of the package, maybe meanwhile.
  "local/dist/",
  // Runs beside the tests of an author, and says at which moment a stack begins.
  "local/testing/stack.ts",
];

test.each([
  [
    "local",
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bsetTimeout\(|\bsetInterval\(/,
    ownTime,
  ],
  [
    // Workflows, also those of extensions, run again from the start.
    "{orchestrators,functions/extensions/*/orchestration,functions/platform/wait-until}",
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|\bsetTimeout\(|\bfetch\(|\bprocess\./,
    ["orchestrators/index.ts"],
  ],
] as const)("nothing in %s takes time or chance from the machine", (folder, forbidden, except) => {
  const files = globSync([`${folder}/**/*.ts`, `${folder}.ts`], { cwd: root }).map((path) => path.split(sep).join("/"));
  const wrong = files
    .filter((file) => !except.some((prefix) => file.startsWith(prefix)) && !file.includes("/examples/"))
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .flatMap((line, i) =>
          forbidden.test(line) && !/^\s*(\*|\/\/)/.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [],
        ),
    );
  expect(wrong).toEqual([]);
});
