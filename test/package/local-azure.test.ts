import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../tools/stand-options.ts";
import { freePorts } from "../free-ports.ts";
import { fetched, npm } from "./npm.ts";
import { otherNode } from "./other-node.ts";
import { type Files, javascript, modules, typescript } from "./templates.ts";

const manifest = JSON.parse(readFileSync(join(root, "local/package.json"), "utf8"));

/** The archive that `npm pack` makes of the local Azure, in a stranger's folder: far from the repository, with npm alone. */
const place = mkdtempSync(join(tmpdir(), "stranger-"));
const archive = join(place, `local-azure-${manifest.version}.tgz`);
const installed = join(place, "node_modules", "local-azure");
const execute = promisify(execFile);
const ours = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;

beforeAll(async () => {
  await npm(["pack", "--pack-destination", place], join(root, "local"));
  cpSync(join(root, "local/examples/talks"), place, { recursive: true });
  for (const name of globSync("*.test.ts", { cwd: place })) {
    const file = join(place, name);
    const own = readFileSync(file, "utf8").replace("../../testing/index.ts", "local-azure/testing");
    expect(own).toContain("local-azure/testing");
    writeFileSync(file, own);
  }
  await npm(["install", "--save-dev", archive, `vitest@${ours.vitest}`, "@types/node@^22"], place);
}, 400_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A command that is to say that it is up; it ends with the test, with all that it has started. */
async function up(program: string, args: string[], cwd: string): Promise<void> {
  const env = { ...process.env, NODE_OPTIONS: "" };
  const child: ChildProcess = spawn(program, args, { cwd, env, detached: true });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    // npm has a shell between itself and what it runs.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await ended;
  });
  let output = "";
  const ready = new Promise<void>((resolve) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ctrl-C stops it")) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
  });
  await Promise.race([ready, ended.then((code) => Promise.reject(new Error(`It ended with ${code}:\n${output}`)))]);
}

/** Runs the example and lets three days pass in it. */
async function threeDays(program: string, args: string[]): Promise<void> {
  const port = await freePorts();
  await up(program, [...args, "--port", String(port)], place);
  const body = JSON.stringify({ title: "Timers without waiting", abstract: "How to test what takes three days." });
  const submitted = await fetch(`http://127.0.0.1:${port}/api/talks`, { method: "POST", body });
  expect(submitted.status).toBe(202);
  expect((await fetch(`http://127.0.0.1:${port + 3}/clock/advance?by=3 d`, { method: "POST" })).status).toBe(200);
  const tally = await fetch(`http://127.0.0.1:${port}/api/tally`);
  expect(await tally.json()).toEqual({ accepted: 0, declined: 0, expired: 1 });
  // What is not code came along too.
  expect(await (await fetch(`http://127.0.0.1:${port + 3}/`)).text()).toContain("<script");
  expect((await fetch(`http://127.0.0.1:${port + 2}/`)).status).toBe(200);
}

describe("the archive", () => {
  test("holds no TypeScript but declarations, nothing of the application, and what its package.json names", () => {
    const files = globSync("**/*", { cwd: installed }).map((path) => path.replaceAll("\\", "/"));
    expect(files.filter((path) => /(?<!\.d)\.[cm]?ts$/.test(path))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["README.md", "CHANGELOG.md", "LICENSE", "local-azure.schema.json"]));
    const named =
      JSON.stringify([manifest.bin, manifest.exports]).match(/(?<=")(?:\.\/)?[\w.-]+\/[\w./-]+(?=")/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    for (const path of named.filter((each) => each.includes("dist/")))
      expect(existsSync(join(installed, path)), path).toBe(true);
    for (const path of files.filter((each) => /\.[cm]?js$/.test(each)))
      expect(readFileSync(join(installed, path), "utf8"), path).not.toContain(root);
  });

  test("every file that a process or thread of its own begins with is there", () => {
    const starting = globSync("dist/**/*.js", { cwd: installed }).flatMap((path) => {
      const source = readFileSync(join(installed, path), "utf8");
      return [...source.matchAll(/programFile\("([^"]+)"/g)].map(([, name = ""]) => join(dirname(path), `${name}.js`));
    });
    expect(starting.length).toBeGreaterThanOrEqual(3);
    for (const path of starting) expect(existsSync(join(installed, path)), path).toBe(true);
  });

  test("its dependencies are what its code imports, in ranges that hold what is tested here", async () => {
    const imported = new Set<string>();
    for (const path of globSync("dist/**/*.{js,cjs}", {
      cwd: installed,
      exclude: (each) => /console.built/.test(each),
    })) {
      const source = readFileSync(join(installed, path), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      for (const [, name = ""] of source.matchAll(/\b(?:from|import|import\(|require\()\s*"([@\w][\w./:-]*)"[;,)]/g))
        imported.add(name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : (name.split("/")[0] ?? ""));
    }
    const needed = [...imported].filter((name) => !name.startsWith("node:") && !builtinModules.includes(name));
    // Which copy of these is loaded says the application.
    const ofApplication = ["@azure/event-hubs", "durable-functions"];
    expect(needed.sort()).toEqual([...Object.keys(manifest.dependencies), ...ofApplication].sort());
    for (const [name, range] of Object.entries<string>(manifest.dependencies)) {
      const here = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
      expect(isWithin(here, range), `${name} ${here} is not in ${range}`).toBe(true);
    }
  });

  test("its declarations are whole: a stranger's TypeScript is checked against them", async () => {
    writeFileSync(
      join(place, "typed.mts"),
      `import { readApplication, startLocalAzure } from "local-azure";
import { startTestStack, type TestStack } from "local-azure/testing";
export const stack: Promise<TestStack> = startTestStack({ app: "." });
export const azure = startLocalAzure(readApplication("."));
// @ts-expect-error: an application is a folder.
startTestStack({ app: 1 });\n`,
    );
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const how = [
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--lib",
      "es2023,esnext.disposable",
      "--module",
      "nodenext",
      "--types",
      "node",
      "--skipLibCheck",
    ];
    await execute(process.execPath, [tsc, ...how, "typed.mts"], { cwd: place });
  });
});

describe("the example, installed", () => {
  test("runs by npx on the Node of the tests", () => threeDays("npx", ["local-azure"]));

  test.each([20, 22])("runs on Node %i", async (major) => {
    const node = await otherNode(major);
    expect((await execute(node, ["--version"])).stdout).toMatch(new RegExp(`^v${major}\\.`));
    await threeDays(node, [join(installed, manifest.bin["local-azure"])]);
  });

  test("its own tests run with Vitest", async () => {
    const env = { ...process.env, NODE_OPTIONS: "" };
    const { stdout } = await execute("npx", ["vitest", "run", "--no-color", "--testTimeout=300000"], {
      cwd: place,
      env,
    });
    expect(stdout).toMatch(/Test Files\s+2 passed/);
  });

  test("node:test takes local-azure/testing as a module and by require, on Node 20 too", async () => {
    const body = `
      test("three days", async () => {
        const stack = await startTestStack({ app: "." });
        const id = await stack.startInstance("review", { talk: { title: "T", abstract: "A" }, days: 3 });
        const { output } = await stack.waitFor(id, "Completed", { within: "4 d" });
        assert.equal(output.result, "expired");
        await stack.close();
      });\n`;
    writeFileSync(
      join(place, "own.test.mjs"),
      `import assert from "node:assert";\nimport { test } from "node:test";\nimport { startTestStack } from "local-azure/testing";\n${body}`,
    );
    writeFileSync(
      join(place, "own.test.cjs"),
      `const assert = require("node:assert");\nconst { test } = require("node:test");\nconst { startTestStack } = require("local-azure/testing");\n${body}`,
    );
    for (const node of [process.execPath, await otherNode(20)]) {
      const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_|VITEST)/.test(name)));
      const files = ["own.test.mjs", "own.test.cjs"];
      const run = execute(node, ["--test", "--test-reporter=tap", ...files], { cwd: place, env });
      const { stdout } = await run.catch((failed: { stdout: string }) => failed);
      expect(stdout).toMatch(/^# pass 2$/m);
    }
  });
});

describe("Jest", () => {
  test("runs tests that require local-azure/testing, and tests that are modules; of the whole application and of one orchestrator", async () => {
    const body = `
      test("three days", async () => {
        const stack = await startTestStack({ app: "." });
        const id = await stack.startInstance("review", { talk: { title: "T", abstract: "A" }, days: 3 });
        const { output } = await stack.waitFor(id, "Completed", { within: "4 d" });
        expect(output.result).toBe("expired");
        await stack.close();
      }, 300_000);
      test("a day in the test's own process", async () => {
        const waits = function* ({ df }) {
          yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + 86_400_000));
          return yield df.callActivity("add", [1, 2]);
        };
        const result = await runOrchestrator(waits, { activities: { add: ([a, b]) => a + b } });
        expect(result).toMatchObject({ status: "Completed", output: 3, elapsed: 86_400_000 });
      });\n`;
    const names = "{ runOrchestrator, startTestStack }";
    writeFileSync(join(place, "jest.spec.mjs"), `import ${names} from "local-azure/testing";\n${body}`);
    writeFileSync(join(place, "jest.spec.cjs"), `const ${names} = require("local-azure/testing");\n${body}`);
    const jest = await fetched("jest", "30.5.2", join("bin", "jest.js"));
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_|VITEST|JEST)/.test(name)));
    // The option is what Jest asks for where tests are modules.
    const args = ["--experimental-vm-modules", "--no-warnings", jest, "--testMatch", "**/jest.spec.{mjs,cjs}"];
    const { stderr } = await execute(process.execPath, args, { cwd: place, env }).catch(
      (failed: { stderr: string }) => failed,
    );
    expect(stderr).toMatch(/^Tests: +4 passed, 4 total$/m);
  }, 300_000);
});

describe("a template", () => {
  const laid = (language: string, files: Files): string => {
    const project = join(place, language);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), text);
    }
    return project;
  };
  const answer = async (port: number) => (await fetch(`http://127.0.0.1:${port}/api/HttpTrigger1?name=Ada`)).text();

  test("of JavaScript runs by its own scripts", async () => {
    const port = await freePorts();
    await up("npm", ["start", "--", "--port", String(port)], laid("javascript", javascript));
    expect(await answer(port)).toBe("Good morning, Ada");
  });

  test("of TypeScript, installed with what it asks for, runs by its own scripts; on Node 20 without a build too", async () => {
    const project = laid("typescript", typescript);
    await npm(["install", "--save-dev", archive], project);
    const port = await freePorts();
    await up("npm", ["start", "--", "--port", String(port)], project);
    expect(await answer(port)).toBe("Good morning, Ada");

    const manifestFile = join(project, "package.json");
    const sources = readFileSync(manifestFile, "utf8").replace(
      /dist\/src\/\{index.js,functions\/\*.js\}/,
      "src/{index.ts,functions/*.ts}",
    );
    expect(sources).toContain("*.ts");
    writeFileSync(manifestFile, sources);
    const other = await freePorts();
    const program = [join(installed, manifest.bin["local-azure"]), "--port"];
    await up(await otherNode(20), [...program, String(other)], project);
    expect(await answer(other)).toBe("Good morning, Ada");

    // As modules, which that Node has other hooks for. The transpiler is the template's.
    const third = await freePorts();
    await up(await otherNode(20), [...program, String(third)], laid("typescript/modules", modules));
    expect(await answer(third)).toBe("Good morning, Ada!");
  }, 300_000);
});

/** For ranges such as ^1.2.3 and versions that are released. */
function isWithin(version: string, range: string): boolean {
  const numbers = (text: string) => text.replace("^", "").split(".").map(Number) as [number, number, number];
  const [have, least] = [numbers(version), numbers(range)];
  const same = least[0] === 0 ? 2 : 1;
  if (have.slice(0, same).some((part, i) => part !== least[i])) return false;
  const at = have.findIndex((part, i) => part !== least[i]);
  return at === -1 || (have[at] ?? 0) > (least[at] ?? 0);
}
