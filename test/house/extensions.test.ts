import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isReserved } from "../../infra/extension-names.ts";
import { chosenOf, type Extension, extensionsIn, mainWith, settingsOf } from "../../infra/extensions.ts";
import { checkExtensions } from "../../tools/extensions/check.ts";
import { generatedFiles, generatedFolders } from "../../tools/extensions/files.ts";
import { apiOf } from "../../tools/extensions/operations.ts";
import { root } from "../../tools/stand-options.ts";
import { registeredFunctions, triggerOf } from "../infra/application.ts";
import { appSettings, coreProfiles } from "../infra/snapshots.ts";

const extensions = extensionsIn();
const kindOf = (type: string) => type.replace(/trigger$/i, "");

test("docs/extensions.md tells of all that an extension can register and use", () => {
  const [code, page] = ["functions/platform/extension.ts", "docs/extensions.md"].map((file) =>
    readFileSync(join(root, file), "utf8"),
  ) as [string, string];
  const members = [...code.matchAll(/^ {2}(?:async |get )?([a-z]\w+)(?:<.*?>)?\(/gm)].map(([, name = ""]) => name);
  expect(members).toEqual(expect.arrayContaining(["onEvents", "routes", "entity", "timer", "setting", "changeOnce"]));
  const known = ["constructor", "name"];
  for (const name of members.filter((each) => !known.includes(each)))
    expect(page.includes(`**\`${name}`), name).toBe(true);
});

describe("what is there", () => {
  test("is registered as it is declared, under names of its own, at the addresses of its contract", async () => {
    const [core, all] = [await registeredFunctions(), await registeredFunctions(extensions)];
    const added = all.filter(({ name }) => !core.some((each) => each.name === name));
    await checkExtensions(
      extensions,
      all.map((each) => ({ name: each.name, trigger: kindOf(triggerOf(each).type) })),
    );
    const names = extensions.map(({ name }) => name);
    for (const { name } of added)
      expect(
        names.some((own) => name === own || name.startsWith(`${own}-`)),
        name,
      ).toBe(true);
    const addresses = added.flatMap((each) => {
      const { type, methods, route } = triggerOf(each);
      return type === "httpTrigger" ? (methods as string[]).map((method) => `${method.toLowerCase()} /${route}`) : [];
    });
    const apis = await Promise.all(extensions.map(apiOf));
    const told = apis.flatMap(({ operations }) => operations.map(({ method, path }) => `${method} ${path}`));
    expect(told.sort()).toEqual(addresses.sort());
  });

  test.each(extensions)("$name has a page and a test", ({ folder }) => {
    expect(existsSync(join(root, folder, "README.md"))).toBe(true);
    expect(globSync(`${folder}/**/*.test.ts`, { cwd: root })).not.toEqual([]);
  });

  test("what follows from the declarations is written (else run: npm run generate)", async () => {
    const files = await generatedFiles(extensions);
    for (const [path, text] of files) {
      const committed = readFileSync(join(root, path), "utf8");
      // The formatter aligns the columns of tables.
      const plain = (table: string) => table.replace(/ +/g, " ").replace(/-{3,}/g, "---");
      if (path.endsWith(".md")) expect(plain(committed), path).toBe(plain(text));
      else if (path.endsWith(".json") && !path.includes("/generated/"))
        expect(JSON.parse(committed), path).toEqual(JSON.parse(text));
      else expect(committed, path).toBe(text);
    }
    const generated = globSync(`${generatedFolders}/*`, { cwd: root }).map((path) => path.replaceAll("\\", "/"));
    expect(generated.filter((path) => !files.has(path))).toEqual([]);
  });
});

describe("what is chosen", () => {
  const two = [
    { name: "one", default: true },
    { name: "two", default: false },
  ] as Extension[];
  const names = (choice?: string) => chosenOf(two, choice).map(({ name }) => name);

  test.each([
    [undefined, ["one"]],
    ["", ["one"]],
    ["default", ["one"]],
    ["all", ["one", "two"]],
    ["none", []],
    ["two", ["two"]],
    [" two, one,", ["one", "two"]],
  ])("%j is %j", (choice, chosen) => {
    expect(names(choice)).toEqual(chosen);
  });

  test.each(["three", "one,three", "none,one"])("%j is refused with what there is", (choice) => {
    expect(() => names(choice)).toThrow(/There is no extension "(three|none)".*There are: one, two/);
  });

  test("the core is loaded without any", () => {
    expect(mainWith([])).not.toContain("extensions");
    expect(mainWith(extensions).match(/functions\/extensions\/[^,]+/g) ?? []).toHaveLength(extensions.length);
  });
});

describe("a declaration that is wrong is refused in words", () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-extensions-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;
  /** What is said of an extension that is declared so. */
  function said(declaration: object | string, name = "sample", more: Record<string, object> = {}): string {
    const place = join(folder, String(count++));
    for (const [each, value] of Object.entries({ [name]: declaration, ...more })) {
      mkdirSync(join(place, each), { recursive: true });
      writeFileSync(join(place, each, "index.ts"), "");
      const text = typeof value === "string" ? value : JSON.stringify(value);
      if (text !== "") writeFileSync(join(place, each, "extension.json"), text);
    }
    try {
      return `fine: ${extensionsIn(relative(root, place)).map((each) => each.name)}`;
    } catch (error) {
      return (error as Error).message;
    }
  }
  const good = { name: "sample", description: "Something." };
  const hearing = (type: string) => ({
    ...good,
    subscriptions: [{ name: "sample", filter: { includedEventTypes: [type] } }],
  });

  test("a right one is not", () => {
    expect(said({ ...hearing("crema.order.ready.v1"), containers: [{ id: "sample-days" }] })).toBe("fine: sample");
  });

  test.each<[string, object | string, string]>([
    ["none", "", "extension.json is not there: it declares the extension."],
    ["no JSON", "{", "extension.json is no JSON"],
    ["a misspelt member", { ...good, subscription: [] }, "subscription"],
    [
      "another name than the folder's",
      { ...good, name: "other" },
      'name is "other"; it must be that of the folder, sample',
    ],
    [
      "an event that nobody tells",
      hearing("crema.coffee.spilt.v1"),
      '"crema.coffee.spilt.v1" is no type of event; there are crema.',
    ],
    [
      "a version that is gone",
      hearing("crema.order.ready.v0"),
      '"crema.order.ready.v0" is gone; there is crema.order.ready.v1',
    ],
    [
      "a filter that hears everything",
      { ...good, subscriptions: [{ name: "sample", filter: {} }] },
      "includedEventTypes",
    ],
    [
      "somebody else's container",
      { ...good, containers: [{ id: "orders" }] },
      '"orders" must be "sample" or begin with "sample-"',
    ],
    [
      "somebody else's setting",
      { ...good, settings: [{ name: "SITE_ORIGIN", description: "x", default: "" }] },
      'must be "SAMPLE" or begin with "SAMPLE_"',
    ],
    [
      "a default that does not fit",
      { ...good, settings: [{ name: "SAMPLE_N", description: "A number.", default: "x", pattern: "\\d+" }] },
      'SAMPLE_N is "x", which does not fit \\d+. A number.',
    ],
    [
      "somebody else's workflow",
      { ...good, orchestrations: ["order"] },
      '"order" must be "sample" or begin with "sample-"',
    ],
    [
      "a workflow and an activity of one name",
      { ...good, orchestrations: ["sample-way"], activities: ["sample-way"] },
      '"sample-way" is there twice',
    ],
    [
      "a workflow and what hears events of one name",
      { ...hearing("crema.order.ready.v1"), orchestrations: ["sample"] },
      '"sample" is there twice',
    ],
    [
      "a subscription whose companion for replays has a name that Azure does not take",
      {
        ...good,
        subscriptions: [{ ...hearing("crema.order.ready.v1").subscriptions[0], name: `sample-${"x".repeat(50)}` }],
      },
      "subscriptions[0].name",
    ],
    [
      "a subscription that is named as the companion for replays of another",
      {
        ...good,
        subscriptions: ["sample", "sample-replays"].map((name) => ({
          ...{ name, filter: { includedEventTypes: ["crema.order.ready.v1"] } },
        })),
      },
      '"sample-replays" is there twice',
    ],
    [
      "names that Azure takes for the same",
      { ...good, activities: ["sample-do", "sample-DO"] },
      "must be 3 to 64 lower-case letters, digits and hyphens",
    ],
    [
      "a function of no name",
      { ...good, subscriptions: [{ ...hearing("crema.order.ready.v1").subscriptions[0], function: "sample-a b/c" }] },
      "subscriptions[0].function must be 3 to 64",
    ],
    [
      "a misspelt filter",
      {
        ...good,
        subscriptions: [
          { name: "sample", filter: { includedEventTypes: ["crema.order.ready.v1"], subjectBeginWith: "stores/main" } },
        ],
      },
      'subscriptions[0].filter Unrecognized key: "subjectBeginWith"',
    ],
    [
      "a filter for what is told again to others",
      {
        ...good,
        subscriptions: [
          { name: "sample", filter: { includedEventTypes: ["crema.order.ready.v1"], subjectBeginsWith: "replays/" } },
        ],
      },
      "subscriptions[0].filter.subjectBeginsWith",
    ],
    ["a partition key that is no path", { ...good, containers: [{ id: "sample", partitionKey: "/" }] }, "partitionKey"],
    ["a time of nothing", { ...good, containers: [{ id: "sample", defaultTtl: 0 }] }, "defaultTtl must be -1 or"],
    [
      "a description that breaks tables",
      { ...good, description: "This | that\nand more" },
      "description must be one line",
    ],
    [
      "a default of two lines",
      { ...good, settings: [{ name: "SAMPLE_N", description: "x", default: "1\n2" }] },
      "settings[0].default must be one line",
    ],
    ["a container twice", { ...good, containers: [{ id: "sample" }, { id: "sample" }] }, '"sample" is there twice'],
  ])("%s", (_, declaration, words) => {
    expect(said(declaration)).toContain(words);
  });

  test("the name of something of the core", () => {
    expect(said({ ...good, name: "insights" }, "insights")).toContain('the name "insights" is the core\'s already');
  });

  test("any name with which a function of the core could be its own", async () => {
    for (const { name } of await registeredFunctions()) {
      const words = name.split("-");
      for (const [n] of words.entries()) {
        const own = words.slice(0, n + 1).join("-");
        // No extension may be called so.
        if (own.length > 24) continue;
        const declaration = {
          ...good,
          name: own,
          subscriptions: [{ ...hearing("crema.order.ready.v1").subscriptions[0], name }],
        };
        expect(said(declaration, own), `${own}: ${name}`).toContain("the core's already");
      }
    }
  });

  test("settings that the core, the deployment or Azure read", () => {
    const parameters = globSync("infra/*/main.parameters.json", { cwd: root }).flatMap((path) => [
      ...readFileSync(join(root, path), "utf8").matchAll(/\$\{(\w+)/g),
    ]);
    const workflow = readFileSync(join(root, ".github/workflows/azure-dev.yml"), "utf8");
    const variables = [...workflow.matchAll(/^ +([A-Z][A-Z_]+):/gm), ...parameters].map(([, name = ""]) => name);
    const inTemplates = coreProfiles.flatMap((profile) => Object.keys(appSettings(profile)));
    const owned = new Set(extensions.flatMap(({ settings }) => settings.map(({ name }) => name)));
    for (const each of new Set([...variables, ...inTemplates, "NODE_OPTIONS", "PATH", "WEBSITE_RUN_FROM_PACKAGE"])) {
      const capitals = each.toUpperCase();
      if (!owned.has(each)) expect(isReserved(capitals), each).toBe(true);
    }
    const settings = [{ name: "SITE_ORIGIN", description: "x", default: "" }];
    expect(said({ ...good, name: "site", settings }, "site")).toContain('a setting "SITE_ORIGIN" is read by others');
  });

  test.each([
    [
      "a subscription",
      { subscriptions: [{ name: "sample-replays", filter: { includedEventTypes: ["crema.order.ready.v1"] } }] },
      hearing("crema.order.ready.v1"),
    ],
    [
      "a setting",
      { settings: [{ name: "SAMPLE_REPLAYS_N", description: "x", default: "" }] },
      { ...good, settings: [{ name: "SAMPLE_REPLAYS_N", description: "x", default: "" }] },
    ],
  ])("%s that another has", (_, own, other) => {
    const more = { "sample-replays": { ...good, name: "sample-replays", ...own } };
    expect(said(other, "sample", more)).toContain("is the name of something of");
  });

  test("the name of something of another", () => {
    const other = { name: "sample-days", description: "x", containers: [{ id: "sample-days" }] };
    const more = { "sample-days": other };
    expect(said({ ...good, containers: [{ id: "sample-days" }] }, "sample", more)).toContain(
      '"sample-days" is the name of something of',
    );
  });

  test("a value of a setting that does not fit", () => {
    const settings = [{ name: "SAMPLE_N", description: "A number.", default: "1", pattern: "\\d+" }];
    const extension = { ...good, settings } as unknown as Extension;
    expect(settingsOf([extension], {})).toEqual({ SAMPLE_N: "1" });
    expect(settingsOf([extension], { SAMPLE_N: "3" })).toEqual({ SAMPLE_N: "3" });
    expect(() => settingsOf([extension], { SAMPLE_N: "many" })).toThrow('SAMPLE_N is "many"');
  });
});

describe("functions that do not fit a declaration are named", () => {
  const [broken] = extensionsIn("test/system/extensions");
  if (broken === undefined) throw new Error("The extension of the tests is not there.");
  const right = [
    { name: "broken", trigger: "eventGrid" },
    { name: "broken-look", trigger: "http" },
    { name: "broken-count", trigger: "http" },
    { name: "orders-submit", trigger: "http" },
  ];

  test("those that fit are not", async () => {
    await checkExtensions([broken], right);
  });

  test.each([
    [
      "a trigger without a subscription",
      [...right, { name: "broken-too", trigger: "eventGrid" }],
      'the function "broken-too" waits for events, and no subscription',
    ],
    [
      "a subscription without a trigger",
      right.slice(1),
      'a subscription goes to the function "broken", which index.ts does not register',
    ],
    [
      "a route without a contract",
      [...right, { name: "broken-door", trigger: "http" }],
      'the route of the function "broken-door" has no contract',
    ],
    [
      "a contract without a route",
      right.slice(0, 1),
      'contract.ts describes "broken-look", for which there is no route',
    ],
    [
      "a function of a name that is nobody's",
      [...right, { name: "freehand", trigger: "http" }],
      'A function "freehand" is registered; those of an extension have names that begin with its own',
    ],
    [
      "a function of a name that another has",
      [...right, { name: "orders-submit", trigger: "http" }],
      'A function "orders-submit" is registered more than once',
    ],
    [
      "a workflow that is not declared",
      [...right, { name: "broken-way", trigger: "orchestration" }],
      'the orchestration "broken-way", which is not among the orchestrations',
    ],
    [
      "an entity that is not declared",
      [...right, { name: "broken-sum", trigger: "entity" }],
      'the entity "broken-sum", which is not among the entities',
    ],
    [
      "a timer that is not declared",
      [...right, { name: "broken-daily", trigger: "timer" }],
      'the timer "broken-daily", which is not among the timers',
    ],
    [
      "a change feed, which may be of a container that is not its own",
      [...right, { name: "broken-orders", trigger: "cosmosDB" }],
      'the function "broken-orders" has a cosmosDB trigger; an extension hears events, answers requests, and has workflows',
    ],
  ])("%s", async (_, functions, words) => {
    await expect(checkExtensions([broken], functions)).rejects.toThrow(words);
  });

  test("two routes of one address", async () => {
    const place = mkdtempSync(join(tmpdir(), "crema-routes-"));
    const read = { method: "get", path: "/stores/{storeId}/extensions/broken/{day}", access: "anyone", success: 200 };
    const again = { ...read, path: "/stores/{store}/extensions/Broken/{drink}" };
    const operations = { look: read, count: again };
    writeFileSync(join(place, "contract.ts"), `export const operations = ${JSON.stringify(operations)};`);
    const checked = checkExtensions([{ ...broken, folder: relative(root, place) }], right);
    await expect(checked).rejects.toThrow("more than one operation for get /stores/{}/extensions/broken/{}");
    rmSync(place, { recursive: true });
  });

  test("an activity or a timer that is declared and not there", async () => {
    const declared = { ...broken, activities: ["broken-step"], timers: ["broken-daily"] };
    await expect(checkExtensions([declared], right)).rejects.toThrow('"broken-step" is among the activities');
    await expect(checkExtensions([declared], right)).rejects.toThrow('"broken-daily" is among the timers');
  });
});
