import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { problemsOf, schemasAreThere } from "./schemas.ts";
import { coreProfiles, ofType, snapshot } from "./snapshots.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const json = (path: string) => JSON.parse(read(path));

type Hooks = Record<string, { run: string; interactive?: boolean }>;
interface Project {
  name: string;
  requiredVersions: { azd: string };
  infra: { layers: { name: string; path: string; dependsOn?: string[]; hooks?: Hooks }[] };
  services: Record<
    string,
    { project: string; dist: string; host: string; language?: string; remoteBuild?: boolean; hooks?: Hooks }
  >;
  workflows: { up: { steps: { azd: string }[] } };
  hooks?: Hooks;
}
const project = parse(read("azure.yaml")) as Project;
const { layers } = project.infra;
const services = Object.entries(project.services);

describe.skipIf(!schemasAreThere)("by the published schemas", () => {
  test("azure.yaml", () => {
    expect(problemsOf(parse(read("azure.yaml")), "azure.yaml.json")).toEqual([]);
  });

  test("host.json", () => {
    expect(problemsOf(json("host.json"), "host.json")).toEqual([]);
  });

  test("a wrong one is refused", () => {
    expect(problemsOf({ ...project, name: "Not A Name" }, "azure.yaml.json")).not.toEqual([]);
    expect(problemsOf({ version: 2 }, "host.json")).not.toEqual([]);
  });
});

test("host.json samples telemetry, but no exception", () => {
  // Unsampled telemetry would become the largest part of the bill.
  const { samplingSettings } = json("host.json").logging?.applicationInsights ?? {};
  expect(samplingSettings).toMatchObject({ isEnabled: true, excludedTypes: "Exception" });
});

test("host.json lets through what the alerts and the workbook count", () => {
  const { logLevel = {} } = json("host.json").logging ?? {};
  // At Warning only failed calls would be recorded, and no call would ever be slow.
  // What becomes of a workflow was under the second until the extension 3.14, and is under the third in 3.19.
  for (const category of ["Host.Results", "Host.Triggers.DurableTask", "Function.order.User"]) {
    expect(logLevel[category] ?? logLevel.default ?? "Information", category).toBe("Information");
  }
});

describe("azure.yaml", () => {
  test("core, then the code, then the subscriptions", () => {
    expect(layers.map(({ name }) => name)).toEqual(["core", "eventing"]);
    expect(project.workflows.up.steps.map(({ azd }) => azd)).toEqual([
      "provision core",
      "deploy --all",
      "provision eventing",
    ]);
  });

  test("every layer has its template and parameters", () => {
    for (const { path } of layers) {
      for (const file of ["main.bicep", "main.parameters.json"]) expect(existsSync(join(root, path, file))).toBe(true);
    }
  });

  test("hooks are TypeScript files that exist, inside the project", () => {
    const hooks = [
      ...layers.flatMap(({ path, hooks }) => Object.values(hooks ?? {}).map(({ run }) => resolve(root, path, run))),
      ...services.flatMap(([, service]) =>
        Object.values(service.hooks ?? {}).map(({ run }) => resolve(root, service.project, run)),
      ),
      ...Object.values(project.hooks ?? {}).map(({ run }) => resolve(root, run)),
    ];
    expect(hooks.length).toBeGreaterThan(0);
    for (const file of hooks) {
      expect(file).toMatch(/\.ts$/);
      expect(file.startsWith(resolve(root))).toBe(true);
      expect(existsSync(file), file).toBe(true);
    }
  });

  // Of any other azd shows the last eight lines while it runs and takes them away; where there is no terminal it shows none.
  test("hooks that ask or tell something are bound to the terminal", () => {
    const hooks = [
      ...layers.flatMap(({ hooks }) => Object.values(hooks ?? {})),
      ...services.flatMap(([, { hooks }]) => Object.values(hooks ?? {})),
      ...Object.values(project.hooks ?? {}),
    ];
    const speaking = hooks.filter(({ run }) => /process\.(stdout|stdin)\b/.test(read(run.replace(/^(\.\.\/)+/, ""))));
    expect(speaking.map(({ run }) => run.split("/").at(-1))).toEqual(["before-core.ts", "after-eventing.ts"]);
    for (const { run, interactive } of speaking) expect(interactive, run).toBe(true);
  });

  test("each service has a folder, and exactly one resource with its tag, of the right type, in every profile", () => {
    const types: Record<string, string> = {
      function: "Microsoft.Web/sites",
      staticwebapp: "Microsoft.Web/staticSites",
    };
    expect(services.map(([name]) => name).sort()).toEqual(["api", "web"]);
    for (const [name, service] of services) {
      expect(existsSync(join(root, service.project)), service.project).toBe(true);
      for (const profile of coreProfiles) {
        const tagged = snapshot(profile).predictedResources.filter(({ tags }) => tags?.["azd-service-name"] === name);
        expect(tagged.map(({ type }) => type)).toEqual([types[service.host]]);
      }
    }
  });

  test("the package is built here and uploaded as it is", () => {
    const { api } = project.services;
    expect(api).toMatchObject({ project: ".", dist: "dist/package", remoteBuild: false });
    // azd refuses remoteBuild: false when this file leaves node_modules out.
    const ignore = join(root, ".funcignore");
    expect(existsSync(ignore) && /node_modules/.test(readFileSync(ignore, "utf8"))).toBe(false);
    // Without this script azd would say nothing and upload whatever lies there.
    expect(json("package.json").scripts).toHaveProperty("build");
  });

  test("the site is not uploaded from the project's root, and its output is not in git", () => {
    const { web } = project.services;
    expect(resolve(root, web?.project ?? ".")).not.toBe(resolve(root));
    expect(read(".gitignore").split("\n")).toContain("dist/");
    // With this file azd would leave building and uploading to it.
    expect(existsSync(join(root, "web", "swa-cli.config.json"))).toBe(false);
  });
});

describe("parameters", () => {
  const parametersOf = (layer: string) =>
    json(`infra/${layer}/main.parameters.json`).parameters as Record<
      string,
      { value: string | Record<string, string> }
    >;
  /** With the settings of extensions as if each were a parameter. */
  const valuesOf = (layer: string): Record<string, string> => {
    const all = Object.entries(parametersOf(layer)).map(([name, { value }]) =>
      typeof value === "string" ? { [name]: value } : value,
    );
    return Object.assign({}, ...all);
  };
  const declared = (layer: string) =>
    [...read(`infra/${layer}/main.bicep`).matchAll(/^param (\w+) .*?(=.*)?$/gm)].map(([, name = "", byDefault]) => ({
      name,
      needed: byDefault === undefined,
    }));
  const variable = (value: string) => /^\$\{(\w+)(=[^}]*)?\}$/.exec(value);

  test.each(["core", "eventing"])("%s: each that is given exists, and each without a default is given", (layer) => {
    const given = Object.keys(parametersOf(layer));
    const names = declared(layer).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(given.filter((name) => !names.includes(name))).toEqual([]);
    expect(declared(layer).filter(({ name, needed }) => needed && !given.includes(name))).toEqual([]);
  });

  test("what the second layer is given, the first one puts out or azd knows", () => {
    const outputs = Object.keys(snapshot("lean").outputs ?? {});
    const wanted = Object.values(valuesOf("eventing")).map((value) => variable(value) ?? []);
    const unknown = wanted.filter(
      ([, name, byDefault]) => name === undefined || (!byDefault && !outputs.includes(name)),
    );
    expect(unknown).toEqual([]);
    expect(outputs).toContain("AZURE_RESOURCE_GROUP");
  });

  test("what azd cannot know has a default, or a hook settles it", () => {
    const known = ["AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_ID"];
    const settled = ["BUDGET_START"];
    for (const [name, value] of Object.entries(valuesOf("core"))) {
      const [, from, byDefault] = variable(value) ?? [];
      expect(from, name).toBeDefined();
      if (byDefault === undefined) expect([...known, ...settled], name).toContain(from);
    }
    for (const name of settled) expect(read("tools/hooks/before-core.ts")).toContain(`setEnvironment("${name}"`);
  });

  // azd looks for all parameters when it begins with a layer, before any hook of that layer, and takes an empty value for none.
  test("azd asks for nothing that a hook settles: it would ask before the hook has run", () => {
    const known = ["AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_ID"];
    const needed = declared("core").filter((each) => each.needed);
    expect(needed.length).toBeGreaterThan(3);
    for (const { name } of needed) {
      const value = parametersOf("core")[name]?.value ?? "";
      const [, from = "", byDefault] = typeof value === "string" ? (variable(value) ?? []) : [];
      if (byDefault === undefined || byDefault === "=") expect(known, name).toContain(from);
    }
  });

  test("what the hooks take from the environment, the first layer puts out or a hook before it settles", () => {
    const outputs = Object.keys(snapshot("lean").outputs ?? {});
    const settled = [...read("tools/hooks/before-core.ts").matchAll(/setEnvironment\("(\w+)"/g)].map(
      ([, name]) => name,
    );
    for (const hook of ["after-eventing", "build-site"]) {
      const taken = [...read(`tools/hooks/${hook}.ts`).matchAll(/fromEnvironment\(process\.env, "(\w+)"/g)];
      expect(taken.length).toBeGreaterThan(0);
      for (const [, name] of taken) expect([...outputs, ...settled]).toContain(name);
    }
  });
});

describe.each(coreProfiles)("%s: tags", (profile) => {
  test("whatever takes tags has azd's, so that azd finds and removes it", () => {
    const untagged = snapshot(profile).predictedResources.filter(
      ({ location, tags }) => location !== undefined && tags?.["azd-env-name"] !== "crema-test",
    );
    expect(untagged).toEqual([]);
    expect(ofType(profile, "Microsoft.Resources/resourceGroups")).toHaveLength(1);
  });
});
