import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { createDurableEngine } from "../../../local/durable/index.ts";
import { atEnd, copyApp, makeApp, makeWorld } from "./harness.ts";

interface Outcome {
  files: string[];
  error?: Error;
}

/** A watched host, and the outcomes of its reloads one after the other. */
async function startWatched(root: string, given: Parameters<ReturnType<typeof makeWorld>["start"]>[1] = {}) {
  const world = makeWorld();
  const outcomes: Outcome[] = [];
  let waiting: ((outcome: Outcome) => void) | undefined;
  const host = await world.start(root, {
    ...given,
    watch: {
      reloaded: (outcome) => {
        if (waiting === undefined) outcomes.push(outcome);
        else waiting(outcome);
        waiting = undefined;
      },
    },
  });
  const next = async () =>
    outcomes.shift() ??
    new Promise<Outcome>((resolve) => {
      waiting = resolve;
    });
  /** One save may be two events and make two reloads: the one that is asked for is waited for. */
  const until = async (wanted: (outcome: Outcome) => boolean) => {
    for (;;) {
      const outcome = await next();
      if (wanted(outcome)) return outcome;
    }
  };
  const text = async (path: string) => (await fetch(`${host.origin}/api/${path}`)).text();
  return { world, host, until, text };
}

const loaded = (outcome: Outcome) => outcome.error === undefined;
const failed = (outcome: Outcome) => outcome.error !== undefined;
const greeting = (name: string, from: string) =>
  `import { app } from "@azure/functions";\nimport { word } from "${from}";\napp.get("${name}", async () => ({ body: word }));\n`;

test("changed code is taken up by itself: of an entry, of what it imports, and in new files and folders", async () => {
  const root = makeApp({
    "package.json": JSON.stringify({ type: "module", main: "src/functions/**/*.js" }),
    "src/functions/greet.js": greeting("greet", "../words.js"),
    "src/words.js": 'export const word = "hello";\n',
  });
  const { until, text, world, host } = await startWatched(root);
  expect(await text("greet")).toBe("hello");

  writeFileSync(`${root}/src/words.js`, 'export const word = "good day";\n');
  expect((await until(loaded)).files).toEqual(["src/words.js"]);
  expect(await text("greet")).toBe("good day");

  writeFileSync(`${root}/src/functions/greet.js`, greeting("welcome", "../words.js"));
  await until(() => host.functions[0]?.name === "welcome");
  expect(await text("welcome")).toBe("good day");

  mkdirSync(`${root}/src/functions/more`);
  writeFileSync(`${root}/src/functions/more/bye.js`, greeting("bye", "../../words.js"));
  await until(() => host.functions.length === 2);
  expect(await text("bye")).toBe("good day");

  rmSync(`${root}/src/functions/greet.js`);
  await until(() => host.functions.length === 1);
  expect(world.log()).toMatch(/Reloaded in \d+ ms after a change of src\/words\.js\./);
});

test("code that does not load is told with its place, and its mending is taken up, also in a file that never loaded", async () => {
  const root = makeApp({
    "src/greet.js": greeting("greet", "./words.js"),
    "src/words.js": 'export const word = "hello";\n',
  });
  const { until, text, world } = await startWatched(root);
  writeFileSync(`${root}/src/words.js`, 'export const word = "half\n');
  expect((await until(failed)).error?.message).toContain("src/words.js");
  expect(await text("greet")).toContain("NoApplication");
  expect(world.log()).toContain("its functions answer 503 until it does");
  writeFileSync(`${root}/src/words.js`, 'export const word = "whole";\n');
  await until(loaded);
  expect(await text("greet")).toBe("whole");
});

test("a build that removes its folder and makes it anew is taken up, also when it is made again at once", async () => {
  const root = makeApp({
    "package.json": JSON.stringify({ type: "module", main: "dist/functions/*.js" }),
    "dist/functions/greet.js": greeting("greet", "../words.js"),
    "dist/words.js": 'export const word = "hello";\n',
  });
  const { until, text } = await startWatched(root);
  const build = (word: string) => {
    mkdirSync(`${root}/dist/functions`, { recursive: true });
    writeFileSync(`${root}/dist/words.js`, `export const word = "${word}";\n`);
    writeFileSync(`${root}/dist/functions/greet.js`, greeting("greet", "../words.js"));
  };
  rmSync(`${root}/dist`, { recursive: true });
  expect((await until(failed)).error?.message).toContain("No file in");
  build("built");
  await until(loaded);
  expect(await text("greet")).toBe("built");
  rmSync(`${root}/dist`, { recursive: true });
  build("built at once");
  await until(loaded);
  while ((await text("greet")) !== "built at once") await until(loaded);
});

test("a folder of code may go and come in any way, and what is changed in it later counts", async () => {
  const greeting = (word: string) =>
    `const { app } = require("@azure/functions");\napp.get("greet", async () => ({ body: "${word}" }));\n`;
  const root = makeApp({
    "package.json": JSON.stringify({ main: "dist/functions/*.js" }),
    "dist/functions/greet.js": greeting("first"),
  });
  const { until, text } = await startWatched(root);
  const heard = async (word: string) => {
    while ((await text("greet")) !== word) await until(() => true);
  };
  const write = (folder: string, word: string) => {
    mkdirSync(`${root}/${folder}/functions`, { recursive: true });
    writeFileSync(`${root}/${folder}/functions/greet.js`, greeting(word));
  };
  // A file system gives the new folder the number of the old one.
  for (const word of ["once", "twice", "thrice"]) {
    rmSync(`${root}/dist`, { recursive: true });
    write("dist", word);
    await heard(word);
    write("dist", `${word} more`);
    await heard(`${word} more`);
  }
  rmSync(`${root}/dist/functions`, { recursive: true });
  await until(failed);
  write("dist", "emptied");
  await heard("emptied");

  write("dist.new", "renamed");
  renameSync(`${root}/dist`, `${root}/dist.old`);
  renameSync(`${root}/dist.new`, `${root}/dist`);
  await heard("renamed");

  write("builds/a", "link a");
  write("builds/b", "link b");
  for (const build of ["a", "b", "a"]) {
    rmSync(`${root}/dist`, { recursive: true });
    symlinkSync(`builds/${build}`, `${root}/dist`);
    await heard(`link ${build}`);
  }
  rmSync(`${root}/builds/a`, { recursive: true });
  write("builds/a", "behind the link");
  await heard("behind the link");
});

test("an import that leads nowhere yet, and a file that is loaded only when a function runs, are waited for", async () => {
  const root = makeApp({
    "src/functions/later.js":
      'import { app } from "@azure/functions";\napp.get("later", async () => ({ body: (await import("../../later.js")).word }));\n',
    "later.js": 'export const word = "first";\n',
    "package.json": JSON.stringify({ type: "module", main: "src/functions/later.js" }),
  });
  const { until, text } = await startWatched(root);
  expect(await text("later")).toBe("first");
  writeFileSync(`${root}/later.js`, 'export const word = "second";\n');
  expect((await until(loaded)).files).toEqual(["later.js"]);
  expect(await text("later")).toBe("second");

  writeFileSync(`${root}/src/functions/later.js`, greeting("later", "../lib/words.js"));
  expect((await until(failed)).error?.message).toContain("words.js");
  mkdirSync(`${root}/src/lib`);
  writeFileSync(`${root}/src/lib/words.js`, 'export const word = "third";\n');
  await until(loaded);
  expect(await text("later")).toBe("third");
});

test("a change of host.json counts, one beside the code does not", async () => {
  const root = makeApp({
    "src/greet.js": greeting("greet", "./words.js"),
    "src/words.js": 'export const word = "hello";\n',
  });
  const { until, host } = await startWatched(root);
  writeFileSync(`${root}/notes.json`, "{}");
  writeFileSync(`${root}/src/notes.txt`, "no code");
  writeFileSync(`${root}/host.json`, JSON.stringify({ version: "2.0", extensions: { http: { routePrefix: "v2" } } }));
  expect((await until(loaded)).files).toEqual(["host.json"]);
  expect(await (await fetch(`${host.origin}/v2/greet`)).text()).toBe("hello");
});

test("an orchestration goes on over reloads", async () => {
  const root = copyApp("durable");
  const world = makeWorld();
  const durable = createDurableEngine(world.parts);
  const rpc = await durable.openRpc();
  atEnd(() => rpc.close());
  let reloads = 0;
  const host = await world.start(root, { durable, watch: { reloaded: () => reloads++ } });
  atEnd(() => durable.close());
  await fetch(`${host.origin}/api/start/serve?id=w`, { method: "POST", body: '"mocha"' });
  await world.work.idle();
  writeFileSync(
    `${root}/src/more.ts`,
    'import { app } from "@azure/functions";\napp.get("more", async () => ({ body: "more" }));\n',
  );
  while (reloads === 0) await new Promise((resolve) => setImmediate(resolve));
  await world.advance(60_000);
  expect(durable.instance("w")).toMatchObject({ status: "Completed", output: '"mocha for w"' });
  expect(await (await fetch(`${host.origin}/api/more`)).text()).toBe("more");
});

test("the functions are listed to be read, with what starts them", async () => {
  const { host } = await startWatched("http");
  expect(host.listing).toMatch(/^\d+ functions:\n/);
  expect(host.listing).toContain(`${host.origin}/api/drinks/{id}`);
  const world = makeWorld();
  const triggers = await world.start("triggers", { settings: { SCHEDULE: "0 0 3 * * *" } });
  expect(triggers.listing).toMatch(/^ {2}timer +\w+ +0 0 3 \* \* \*$/m);
});

test("stack traces of compiled code name the place in its source", async () => {
  const root = makeApp({
    "package.json": JSON.stringify({ type: "module", main: "dist/app.js" }),
    "lib/app.ts": [
      'import { app } from "@azure/functions";',
      "interface Cup { size: number }",
      "",
      'app.get("spill", async (): Promise<{ body: string }> => {',
      "  const cup = undefined as unknown as Cup;",
      "  return { body: String(cup.size) };",
      "});",
    ].join("\n"),
  });
  await build({
    entryPoints: [`${root}/lib/app.ts`],
    outfile: `${root}/dist/app.js`,
    bundle: true,
    minify: true,
    sourcemap: true,
    format: "esm",
    platform: "node",
    external: ["@azure/functions"],
  });
  const world = makeWorld();
  const host = await world.start(root);
  expect((await fetch(`${host.origin}/api/spill`)).status).toBe(500);
  expect(world.log()).toContain(`${root}/lib/app.ts:6:`);
});
