import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { oldestNode } from "../../tools/package/bundle.ts";
import { root } from "../../tools/stand-options.ts";
import { json, read } from "../deploy/files.ts";

const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const folder = mkdtempSync(join(tmpdir(), "crema-node-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Type-checks with the settings of the application on the Node that Azure has. */
const check = (project: string, ...more: string[]) =>
  spawnSync(process.execPath, [tsc, "--noEmit", "-p", project, ...more], { encoding: "utf8" });

test("the types are those of the Node that the templates choose and the bundle is made for", () => {
  const chosen = /=(\d+)}/.exec(json("infra/core/main.parameters.json").parameters.nodeVersion.value)?.[1];
  expect(chosen).toBe(oldestNode);
  const installed: string = json("node_modules/@node22/node/package.json").version;
  expect(installed.split(".")[0]).toBe(oldestNode);
});

test("the application uses nothing that this Node does not have", () => {
  const { stdout, status } = check(join(root, "tools/package/tsconfig.json"), "--listFiles");
  expect(stdout).not.toMatch(/error TS/);
  expect(status).toBe(0);
  const files = stdout.split("\n").map((file) => file.replaceAll("\\", "/"));
  expect(files.some((file) => file.endsWith("/orchestrators/order.ts"))).toBe(true);
  expect(files.some((file) => file.includes("/@node22/node/"))).toBe(true);
  // Not those of the Node that the tests run on as well: then nothing could be missing.
  expect(files.filter((file) => file.includes("/@types/node/"))).toEqual([]);
});

test("what only a later Node has is found", () => {
  writeFileSync(
    join(folder, "later.ts"),
    'import { zstdCompressSync } from "node:zlib";\nexport { zstdCompressSync as a };\nimport.meta.main;\nexport const b = new URLPattern("/x");\n',
  );
  const settings = JSON.parse(read("tools/package/tsconfig.json"));
  const typeRoots = [join(root, "node_modules", "@node22")];
  const tsconfig = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { ...settings.compilerOptions, typeRoots },
    include: ["later.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  expect(check(join(folder, "tsconfig.json")).stdout).toMatch(/later\.ts.*error TS.*(main|URLPattern)/);
});
