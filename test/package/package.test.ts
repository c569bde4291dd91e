import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extensionsIn } from "../../infra/extensions.ts";
import type { Bundle } from "../../tools/package/bundle.ts";
import { coldImport, importOnce } from "../../tools/package/cold-import.ts";
import { durableBackendOf, hostJsonFor } from "../../tools/package/host-json.ts";
import { writePackage } from "../../tools/package/index.ts";
import { laterFiles, onlyMembers } from "../../tools/package/later.ts";
import { root } from "../../tools/stand-options.ts";
import { registeredFunctions } from "../infra/application.ts";
import { Stand } from "../system/stand.ts";

/** Outside of the repository: nothing that lies there can be found by accident. */
const folder = mkdtempSync(join(tmpdir(), "crema-package-"));
const entry = join(folder, "main.cjs");
const bundle = join(folder, "application.cjs");
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

let made: Bundle;
let packages: string[];
beforeAll(async () => {
  made = await writePackage(folder, "storage");
  packages = made.packages.map(({ name }) => name);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  test("is one bundle, what it loads later, their maps, what loads it, host.json and a package.json without dependencies", () => {
    const packed = ["application.cjs", ...Object.keys(laterFiles)].flatMap((name) => [name, `${name}.map`]);
    expect(readdirSync(folder).sort()).toEqual([...packed, "host.json", "main.cjs", "package.json"].sort());
    expect(read("package.json")).not.toHaveProperty("dependencies");
    expect(read("package.json")).toMatchObject({ name: "crema", main: "main.cjs" });
    expect(read("application.cjs.map").sources).toContain("../../orchestrators/order.ts");
  });

  test("holds what deploys and nothing that only tests or the local Azure need", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const name of Object.keys(manifest.devDependencies)) expect(packages).not.toContain(name);
    expect(packages).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
    const sources: string[] = read("application.cjs.map").sources;
    const ours = sources.filter(
      (source) => /^\.\.\/\.\.\/(?!node_modules\/)/.test(source) && source !== "../../main.ts",
    );
    expect(ours.length).toBeGreaterThan(20);
    for (const source of ours) expect(source).toMatch(/^\.\.\/\.\.\/(contracts|functions|orchestrators)\//);
  });

  test("says nothing of the machine that made it, and is the same wherever it is written", async () => {
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), "utf8")).not.toContain(root);
    const elsewhere = mkdtempSync(join(tmpdir(), "crema-package-"));
    try {
      await writePackage(elsewhere, "storage");
      for (const name of readdirSync(folder)) {
        expect(readFileSync(join(elsewhere, name)).equals(readFileSync(join(folder, name))), name).toBe(true);
      }
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});

describe("the bundle", () => {
  test("a start loads no more than it needs: bytes that may become fewer", () => {
    expect(made.application.code.length).toBeLessThan(1_120_000);
    const compressed = gzipSync(made.application.code).length;
    expect(compressed).toBeLessThan(335_000);
  });

  test("what is loaded later has every member that the package has", () => {
    const require = createRequire(import.meta.url);
    for (const [file, names] of Object.entries(laterFiles)) {
      const later = require(join(folder, file)) as Record<string, () => object>;
      for (const name of names) {
        const members = Object.keys(require(name) as object);
        expect(members.length).toBeGreaterThan(0);
        expect(Object.keys(later[name]?.() ?? {}), name).toEqual(expect.arrayContaining(members));
      }
    }
  });

  test("of packages of which one member is packed, no other is used", () => {
    const using = join(root, "node_modules", "durable-functions", "lib", "src");
    const sources = globSync("**/*.js", { cwd: using }).map((path) => readFileSync(join(using, path), "utf8"));
    for (const [name, members] of Object.entries(onlyMembers)) {
      const used = sources.flatMap((source) => [...source.matchAll(new RegExp(`${name}_1\\.(\\w+)`, "g"))]);
      expect([...new Set(used.map(([, member]) => member))]).toEqual(Object.keys(members));
    }
  });

  test("loads in a fresh process without any setting, with every function that the sources register", async () => {
    const sources = await Stand.open();
    const { functions } = sources.azure.functions ?? { functions: [] };
    await sources.close();
    expect(functions.length).toBeGreaterThan(20);
    expect(coldImport(entry).functions).toBe(functions.length);
  });

  test("an extension that cannot be loaded is named, and all others register what they have", async () => {
    const extensions = [...extensionsIn(), ...extensionsIn("test/package/extensions")];
    const elsewhere = mkdtempSync(join(tmpdir(), "crema-package-"));
    try {
      const { file } = await writePackage(elsewhere, "storage", extensions);
      const { registered, said } = importOnce(file);
      expect(said).toContain(
        "The extension unloadable could not be loaded; all else runs without it. Error: no such bean",
      );
      const sources = await registeredFunctions(extensionsIn());
      expect(registered.map(({ name }) => name).sort()).toEqual(sources.map(({ name }) => name).sort());
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test("one that does not load is told with its error", () => {
    const broken = join(folder, "..", `${Date.now()}-broken.cjs`);
    writeFileSync(broken, 'throw new Error("no coffee")');
    try {
      expect(() => coldImport(broken)).toThrow(/no coffee/);
    } finally {
      rmSync(broken);
    }
  });

  test("a stand that is given the package runs it, and does not start without it", async () => {
    renameSync(bundle, `${bundle}.away`);
    Stand.application = folder;
    try {
      await expect(Stand.open()).rejects.toThrow(/application\.cjs/);
    } finally {
      Stand.application = undefined;
      renameSync(`${bundle}.away`, bundle);
    }
  });

  test("what goes wrong in it is told with the file and line of the source", () => {
    // Without its settings a function cannot work; it is called here as the worker calls it.
    const script = `
      const Module = require("node:module");
      const load = Module._load;
      const core = { registerFunction: ({ name }, run) => name === "config-page" && call(run), registerHook() {}, setProgrammingModel() {} };
      Module._load = function (name, ...rest) { return name === "@azure/functions-core" ? core : load.call(this, name, ...rest); };
      const request = { url: "http://localhost/api/stores/main", params: { storeId: "main" }, headers: new Headers() };
      const call = (run) => setImmediate(() => run(request, { error: ({ stack }) => process.stdout.write(stack) }));
      require(process.argv[1]);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script, entry], { encoding: "utf8", env: {} });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^SettingsError: The settings are not complete/);
    expect(stdout).toMatch(/functions\/platform\/settings\.ts:\d+/);
  });
});

test("host.json is the one of the backend that was chosen", () => {
  const host = JSON.parse(readFileSync(join(root, "host.json"), "utf8"));
  expect(read("host.json")).toEqual(host);
  const scheduler = hostJsonFor(host, "scheduler");
  expect(scheduler).toEqual({
    ...host,
    extensions: {
      ...host.extensions,
      durableTask: {
        ...host.extensions.durableTask,
        storageProvider: { type: "azureManaged", connectionStringName: "DURABLE_TASK_SCHEDULER" },
      },
    },
  });
  expect(durableBackendOf({})).toBe("storage");
  expect(durableBackendOf({ DURABLE_BACKEND: "scheduler" })).toBe("scheduler");
  expect(() => durableBackendOf({ DURABLE_BACKEND: "netherite" })).toThrow('storage or scheduler; it is "netherite"');
});
