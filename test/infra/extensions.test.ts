import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replaysName } from "../../contracts/replay.ts";
import { findCompiler } from "../../tools/bicep/compiler.ts";
import { CompilerProcess } from "../../tools/bicep/compiler-process.ts";
import { profiles, profilesFolder } from "../../tools/bicep/profiles.ts";
import { root } from "../../tools/stand-options.ts";
import { type Resource, snapshot } from "./snapshots.ts";

const found = findCompiler();
const missing = "missing" in found ? found.missing : undefined;

const subscription = (name: string, types: string[]) => ({
  name,
  function: name.replace(/-replays$/, ""),
  filter: {
    includedEventTypes: types,
    subjectBeginsWith: name.endsWith("-replays") ? "replays/one/stores/" : "stores/",
  },
  retry: { maxDeliveryAttempts: 3, eventTimeToLiveInMinutes: 60 },
});
/** Two extensions, as `npm run generate` would write them; the real ones come and go. */
const declared = [
  {
    name: "one",
    default: true,
    containers: [{ id: "one", partitionKey: "/storeId", defaultTtl: -1 }],
    subscriptions: ["one", replaysName("one")].map((name) => subscription(name, ["crema.order.ready.v1"])),
    settings: ["ONE_EVERY"],
  },
  {
    name: "two",
    default: false,
    containers: [{ id: "two", partitionKey: "/storeId", defaultTtl: 3600 }],
    subscriptions: [subscription("two", ["crema.store.changed.v1"])],
    settings: [],
  },
];

describe.skipIf(missing !== undefined)(
  `the templates with extensions${missing ? ` (skipped: ${missing})` : ""}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "crema-templates-"));
    let compiler: CompilerProcess;
    beforeAll(() => {
      if ("path" in found) compiler = new CompilerProcess(found.path);
      for (const path of ["infra", "host.json"]) cpSync(join(root, path), join(folder, path), { recursive: true });
      writeFileSync(join(folder, "infra", "generated", "extensions.json"), JSON.stringify(declared));
    });
    afterAll(() => {
      compiler?.end();
      rmSync(folder, { recursive: true });
    });

    /** What a profile makes more than without extensions. */
    async function added(name: string, choice: string): Promise<Resource[]> {
      const profile = profiles.find((each) => each.name === name);
      if (profile === undefined) throw new Error(`There is no profile ${name}.`);
      const path = join(folder, relative(root, profilesFolder), `${name}.bicepparam`);
      mkdirSync(dirname(path), { recursive: true });
      const settings = name === "eventing" ? "" : "\nparam extensionSettings = { ONE_EVERY: '10' }\n";
      const text = readFileSync(profile.path, "utf8");
      expect(text).toContain("param extensions = 'none'");
      writeFileSync(path, text.replace("param extensions = 'none'", `param extensions = '${choice}'`) + settings);
      const { predictedResources } = (await compiler.snapshot({ ...profile, path })) as {
        predictedResources: Resource[];
      };
      const before = new Map(snapshot(name).predictedResources.map((each) => [each.id, JSON.stringify(each)]));
      expect(predictedResources.length).toBeGreaterThanOrEqual(before.size);
      return predictedResources.filter((each) => before.get(each.id) !== JSON.stringify(each));
    }
    const last = ({ name }: Resource) => name.split("/").at(-1);

    test.each([
      ["none", []],
      ["default", ["one"]],
      ["two, one", ["one", "two"]],
      ["all", ["one", "two"]],
      // As the package reads it.
      ["all,", ["one", "two"]],
      [" default ", ["one"]],
    ])("chosen by %j: the containers and settings of %j, and nothing else", async (choice, names) => {
      const more = await added("lean", choice);
      const settings = more.filter(({ type }) => type === "Microsoft.Web/sites/config");
      const containers = more.filter((each) => !settings.includes(each));
      expect(containers.map(last)).toEqual(names);
      for (const { type } of containers)
        expect(type).toBe("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers");
      expect(settings.map(({ properties }) => properties?.ONE_EVERY)).toEqual(names.includes("one") ? ["10"] : []);
    });

    test("a container is made as it is declared", async () => {
      const [made] = await added("lean", "two");
      expect(made?.properties).toEqual({
        resource: {
          id: "two",
          partitionKey: { kind: "Hash", paths: ["/storeId"], version: 2 },
          defaultTtl: 3600,
        },
      });
    });

    test.each([
      ["none", []],
      ["default", ["one", "one-replays"]],
      ["all", ["one", "one-replays", "two"]],
    ])("chosen by %j: the subscriptions %j, with dead letters as those of the core", async (choice, names) => {
      const more = await added("eventing", choice);
      expect(more.map(last)).toEqual(names);
      const [core] = snapshot("eventing").predictedResources;
      for (const [at, { properties }] of more.entries()) {
        const told = declared.flatMap((each) => each.subscriptions)[at];
        expect(properties).toMatchObject({ filter: told?.filter, retryPolicy: told?.retry });
        expect(JSON.stringify(properties?.destination)).toContain(`/functions/${told?.function}"`);
        expect(properties?.deadLetterWithResourceIdentity).toEqual(core?.properties?.deadLetterWithResourceIdentity);
      }
    });
  },
);

test("the alerts tell dead letters of each subscription by itself, of extensions too", () => {
  const dimensions = (name: string) => {
    const alert = snapshot("lean").predictedResources.find((each) => each.name === name);
    return /"dimensions":(\[.*?\]),"/.exec(JSON.stringify(alert?.properties))?.[1];
  };
  expect(dimensions("dead-letters")).toBe('[{"name":"EventSubscriptionName","operator":"Include","values":["*"]}]');
  // Each series is paid for, and that of lost events is still while dead letters can be written.
  expect(dimensions("dropped-events")).toBe("[]");
});
