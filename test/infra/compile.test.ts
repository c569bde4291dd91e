import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findCompiler } from "../../tools/bicep/compiler.ts";
import { profiles, snapshotArguments } from "../../tools/bicep/profiles.ts";

const compiler = findCompiler();
const missing = "missing" in compiler ? compiler.missing : undefined;
const root = join(import.meta.dirname, "../..");
const layers = ["core", "eventing"];
const sources = globSync("infra/**/*.bicep", { cwd: root }).sort();

/** Runs the compiler; everything it says is wrong. */
function bicep(...args: string[]): { status: number | null; said: string; stdout: string; stderr: string } {
  if ("missing" in compiler) throw new Error(compiler.missing);
  const { status, stdout, stderr, error } = spawnSync(compiler.path, args, { cwd: root, encoding: "utf8" });
  if (error) throw error;
  return { status, said: `${stdout}${stderr}`.trim(), stdout, stderr };
}

test.skipIf(missing !== undefined && process.env.CI !== "true")("the Bicep compiler is there", () => {
  expect(missing).toBeUndefined();
});

describe.skipIf(missing !== undefined)(`the templates, compiled${missing ? ` (skipped: ${missing})` : ""}`, () => {
  test.each(layers)("%s: the linter has nothing to say", (layer) => {
    expect(bicep("lint", `infra/${layer}/main.bicep`)).toMatchObject({ status: 0, said: "" });
  });

  test.each(sources)("%s: formatted as the compiler formats", (file) => {
    expect(readFileSync(join(root, file), "utf8")).toBe(bicep("format", file, "--stdout").stdout);
  });

  test.each(layers)("%s: compiles to a template without lists of keys, secure values or warnings", (layer) => {
    const { status, stdout, stderr } = bicep("build", `infra/${layer}/main.bicep`, "--stdout");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const template = JSON.stringify(JSON.parse(stdout));
    expect(template).not.toMatch(/\blist(Keys|Secrets|AccountSas|ServiceSas|ConnectionStrings|[A-Z]\w*)?\(/i);
    expect(template).not.toMatch(/"type":"secure(string|object)"/i);
    expect(template).not.toMatch(
      /AccountKey=|SharedAccessKey|AccessKey=|sig=|primaryKey|secondaryKey|primaryConnectionString/i,
    );
  });

  test.each(profiles)("%s: what it would make is what its golden file says", (profile) => {
    const { status, said } = bicep(...snapshotArguments(profile, "validate"));
    expect({ status, said }, "if this is on purpose: node tools/bicep/snapshots.ts").toEqual({ status: 0, said: "" });
  });

  test("the rules are on: a template that breaks them is refused", () => {
    const folder = mkdtempSync(join(tmpdir(), "crema-bicep-"));
    try {
      writeFileSync(join(folder, "bicepconfig.json"), readFileSync(join(root, "infra/bicepconfig.json")));
      writeFileSync(
        join(folder, "bad.bicep"),
        [
          "param unused object",
          "resource storage 'Microsoft.Storage/storageAccounts@2021-01-01' = {",
          "  name: 'x'",
          "  location: 'westeurope'",
          "  kind: 'StorageV2'",
          "  sku: { name: 'Standard_LRS' }",
          "  properties: { nosuch: true }",
          "}",
          "output key string = storage.listKeys().keys[0].value",
        ].join("\n"),
      );
      const { status, said } = bicep("lint", join(folder, "bad.bicep"));
      expect(status).not.toBe(0);
      for (const rule of [
        "no-unused-params",
        "use-user-defined-types",
        "use-description-params",
        "use-recent-api-versions",
        "no-hardcoded-location",
        "outputs-should-not-contain-secrets",
        "BCP037",
      ]) {
        expect(said).toContain(rule);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("every rule of the linter is an error", () => {
  const config = JSON.parse(readFileSync(join(root, "infra/bicepconfig.json"), "utf8"));
  const { rules } = config.analyzers.core as { rules: Record<string, { level: string }> };
  expect(Object.keys(rules).length).toBeGreaterThan(50);
  expect(Object.entries(rules).filter(([, { level }]) => level !== "error")).toEqual([]);
});
