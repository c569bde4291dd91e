import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findCompiler } from "../../tools/bicep/compiler.ts";
import { CompilerProcess } from "../../tools/bicep/compiler-process.ts";
import { profiles } from "../../tools/bicep/profiles.ts";

const found = findCompiler();
const missing = "missing" in found ? found.missing : undefined;
const root = join(import.meta.dirname, "../..");
/**
 * The only rule that looks at the date. As an error it would stop deployments one day, and all tests with them, without any change: it warns whoever
 * deploys that it is time for newer versions.
 */
const byDate = "use-recent-api-versions";
const layers = ["core", "eventing"];

/** A resource of a compiled template, as far as it is looked at here. */
interface Made {
  type: string;
  dependsOn: string[];
  copy?: object;
}
const sources = globSync("infra/**/*.bicep", { cwd: root }).sort();

test.skipIf(missing !== undefined && process.env.CI !== "true")("the Bicep compiler is there", () => {
  expect(missing).toBeUndefined();
});

describe.skipIf(missing !== undefined)(`the templates, compiled${missing ? ` (skipped: ${missing})` : ""}`, () => {
  let compiler: CompilerProcess;
  beforeAll(() => {
    if ("path" in found) compiler = new CompilerProcess(found.path);
  });
  afterAll(() => compiler?.end());

  test.each(sources)("%s: formatted as the compiler formats", async (file) => {
    expect(readFileSync(join(root, file), "utf8")).toBe(await compiler.format(join(root, file)));
  });

  test.each(layers)(
    "%s: compiles to a template without lists of keys, secure values or warnings; the linter has nothing to say",
    async (layer) => {
      const { success, diagnostics, contents = "" } = await compiler.compile(join(root, `infra/${layer}/main.bicep`));
      const lasting = diagnostics.filter(({ code }) => code !== byDate);
      expect({ success, lasting }).toEqual({ success: true, lasting: [] });
      const template = JSON.stringify(JSON.parse(contents));
      expect(template).not.toMatch(/\blist(Keys|Secrets|AccountSas|ServiceSas|ConnectionStrings|[A-Z]\w*)?\(/i);
      expect(template).not.toMatch(/"type":"secure(string|object)"/i);
      expect(template).not.toMatch(
        /AccountKey=|SharedAccessKey|AccessKey=|sig=|primaryKey|secondaryKey|primaryConnectionString/i,
      );
    },
  );

  test("Cosmos DB's roles are given one after the other, after the containers: each locks the account, and what comes meanwhile is refused (412)", async () => {
    const { contents = "" } = await compiler.compile(join(root, "infra/modules/cosmos.bicep"));
    const resources = Object.entries((JSON.parse(contents) as { resources: Record<string, Made> }).resources);
    const roles = resources.filter(([, { type }]) => type.endsWith("/sqlRoleAssignments"));
    const containers = resources.flatMap(([name, { type }]) => (type.endsWith("/containers") ? [name] : []));
    expect(roles.length).toBeGreaterThan(2);
    expect(containers).toHaveLength(1);
    // The first waits for the containers, each other for the one before it, and a loop for each of its own.
    const waits = roles.map(([, { dependsOn }]) =>
      dependsOn.filter((name) => name !== "account" && name !== "account::database"),
    );
    expect(waits).toEqual([containers, ...roles.slice(0, -1).map(([name]) => [name])]);
    for (const [name, { copy }] of roles) if (copy) expect(copy, name).toMatchObject({ mode: "serial", batchSize: 1 });
  });

  test.each(profiles)("$name: what it would make is what its golden file says", async (profile) => {
    expect(JSON.parse(readFileSync(profile.golden, "utf8")), "if this is on purpose: npm run generate").toEqual(
      await compiler.snapshot(profile),
    );
  });

  test("the rules are on: a template that breaks them is refused", async () => {
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
      const { success, diagnostics } = await compiler.compile(join(folder, "bad.bicep"));
      expect(success).toBe(false);
      const said = diagnostics.map(({ level, code }) => `${level} ${code}`);
      for (const rule of [
        "no-unused-params",
        "use-user-defined-types",
        "use-description-params",
        "no-hardcoded-location",
        "outputs-should-not-contain-secrets",
      ]) {
        expect(said).toContain(`Error ${rule}`);
      }
      expect(said).toEqual(expect.arrayContaining(["Warning BCP037", `Warning ${byDate}`]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("every rule of the linter is an error, but for the one that looks at the date", () => {
  const config = JSON.parse(readFileSync(join(root, "infra/bicepconfig.json"), "utf8"));
  const { rules } = config.analyzers.core as { rules: Record<string, { level: string }> };
  expect(Object.keys(rules).length).toBeGreaterThan(50);
  expect(Object.entries(rules).filter(([, { level }]) => level !== "error")).toEqual([
    [byDate, { level: "warning", maxAgeInDays: 730 }],
  ]);
});
