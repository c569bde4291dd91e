import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resolveSettings } from "../../../local/functions/setting-texts.ts";
import { copyApp, makeApp, makeWorld } from "./harness.ts";

const model = `import { app, input, output, trigger } from "@azure/functions";\n`;
const get = (name: string) => `app.get("${name}", async () => ({ body: "${name}" }));\n`;

/** Starts an application that must not start, and gives the reason. */
async function refusal(
  files: Record<string, string>,
  hostJson: object = {},
  options: { watch?: object; settings?: Record<string, string> } = {},
): Promise<Error> {
  const started = makeWorld().start(makeApp(files, hostJson), options);
  return started.then(
    () => {
      throw new Error("It started.");
    },
    (error: Error) => error,
  );
}

test("main is a glob with braces; TypeScript loads as it is; files load in the order of their names", async () => {
  const world = makeWorld();
  const root = makeApp({
    "package.json": JSON.stringify({ type: "module", main: "{services/*/index.ts,last.js}" }),
    "services/b/index.ts": `${model}const name: string = "b"; app.get(name, async () => ({ body: name }));`,
    "services/a/index.ts": `${model}import { word } from "./word.ts"; app.get("a", async () => ({ body: word satisfies string }));`,
    "services/a/word.ts": `export const word: string = "from a";`,
    "last.js": model + get("c"),
  });
  const host = await world.start(root);
  expect(host.functions.map(({ name }) => name)).toEqual(["c", "a", "b"]);
  expect(await (await fetch(`${host.origin}/api/a`)).text()).toBe("from a");
});

const sugar = {
  "src/size.ts": `export interface Cup { size: Size }\nexport enum Size { Small, Large }\nnamespace Milk { export const oat = "oat"; }\nexport const milk = Milk.oat;`,
  "src/barista.ts": `const named = (target: any, key: string) => undefined;
    export class Barista { constructor(private readonly name: string) {} @named greet() { return this.name; } }`,
  "src/words.ts": `export const word: string = "hello";`,
  "tsconfig.json": `{ "compilerOptions": { "experimentalDecorators": true, /* old ones */ }, }`,
};

test.each(["module", undefined])("TypeScript that its build would take loads, of type %s", async (type) => {
  const world = makeWorld();
  const root = makeApp({
    ...sugar,
    "package.json": JSON.stringify({ type, main: "src/app.ts" }),
    "src/app.ts": `import { app, HttpHandler } from "@azure/functions";
      import { Cup, milk, Size } from "./size.js";
      import { Barista } from "./barista.js";
      import { word } from "./words.js";
      const cup: Cup = { size: Size.Large };
      const handler: HttpHandler = () => ({ jsonBody: [word, cup.size, milk, new Barista("Ada").greet()] });
      app.http("all", { authLevel: "anonymous", handler });
      app.http("breaks", { authLevel: "anonymous", handler: () => {
        throw new Error("torn");
      } });`,
  });
  const host = await world.start(root);
  expect(await (await fetch(`${host.origin}/api/all`)).json()).toEqual(["hello", 1, "oat", "Ada"]);
  await fetch(`${host.origin}/api/breaks`);
  expect(world.log()).toMatch(/torn\n\s+at .*src\/app\.ts:9/);
  await host.reload();
  expect(await (await fetch(`${host.origin}/api/all`)).json()).toContain("oat");
});

test.each([
  ["module", "src/{app.tsx,old.jsx}"],
  [undefined, "src/{app.tsx,old.jsx}"],
  ["module", "src/main.ts"],
])("JSX loads as its build would make it, of type %s from %s", async (type, main) => {
  const root = makeApp({
    "package.json": JSON.stringify({ type, main }),
    "src/main.ts": `import "./app.tsx"; import "./old.jsx";`,
    "tsconfig.json": `{ "compilerOptions": { "jsx": "react", "jsxFactory": "tag" } }`,
    "src/app.tsx": `import { app } from "@azure/functions";
      import { tag } from "./tag.js";
      import { Cup } from "./cup.js";
      app.http("cup", { authLevel: "anonymous", handler: () => ({ body: <b><Cup size={2 as number} /></b> }) });`,
    "src/cup.tsx": `import { tag } from "./tag.js";\nexport const Cup = ({ size }: { size: number }) => <i>{size}</i>;`,
    "src/tag.ts": `export const tag = (name: any, given: any, ...inner: string[]): string =>
      typeof name === "string" ? "<" + name + ">" + inner.join("") + "</" + name + ">" : name(given);`,
    "src/old.jsx": `import { app } from "@azure/functions";
      import { tag } from "./tag.js";
      app.http("old", { authLevel: "anonymous", handler: () => ({ body: <p>tea</p> }) });`,
  });
  const host = await makeWorld().start(root);
  expect(await (await fetch(`${host.origin}/api/cup`)).text()).toBe("<b><i>2</i></b>");
  expect(await (await fetch(`${host.origin}/api/old`)).text()).toBe("<p>tea</p>");
});

test("TypeScript that needs no more than its types stripped is imported by the names of the built files; wrong ones are told", async () => {
  const app = (from: string) =>
    `${model}import { word } from "${from}"; app.http("a", { authLevel: "anonymous", handler: () => ({ body: word }) });`;
  const files = (from: string) => ({
    ...sugar,
    "package.json": JSON.stringify({ type: "module", main: "src/app.ts" }),
    "tsconfig.json": `{ "compilerOptions": { "paths": { "@shop/*": ["./src/*"] } } }`,
    "src/app.ts": app(from),
  });
  const host = await makeWorld().start(makeApp(files("./words.js")));
  expect(await (await fetch(`${host.origin}/api/a`)).text()).toBe("hello");
  expect((await refusal(files("./words"))).message).toMatch(/import the whole file name, with \.js or \.ts at its end/);
  expect((await refusal(files("@shop/words"))).message).toMatch(/an alias in "paths" of tsconfig\.json/);
  expect((await refusal(files("no-such-package"))).message).toMatch(/Is it installed\? Run npm install in/);
  const bad = { ...files("./words.js"), "src/words.ts": "export enum Word { A }\nexport const word: = 1;" };
  expect((await refusal(bad)).message).toMatch(/\(at src\/words\.ts:2:\d+\)/);
  const commonJs = { ...files("./words"), "package.json": JSON.stringify({ main: "src/app.ts" }) };
  const other = await makeWorld().start(makeApp(commonJs));
  expect(await (await fetch(`${other.origin}/api/a`)).text()).toBe("hello");
});

test("CommonJS applications load too", async () => {
  const world = makeWorld();
  const root = makeApp({
    "package.json": JSON.stringify({ main: "app.js" }),
    "app.js": `const { app } = require("@azure/functions"); ${get("old")}`,
  });
  const host = await world.start(root);
  expect(await (await fetch(`${host.origin}/api/old`)).text()).toBe("old");
});

test("an error while loading is told with its file and its stack", async () => {
  const thrown = await refusal({ "src/a.js": `${model}\nthrow new Error("no beans");` });
  expect(thrown.message).toBe("src/a.js could not be loaded: no beans (at src/a.js:3:7)");
  expect(thrown.stack).toMatch(/a\.js:3/);
  const syntax = await refusal({ "src/a.js": `import "./b.js";`, "src/b.js": "\n\nconst = 1;" });
  expect(syntax.message).toBe("src/a.js could not be loaded: Unexpected token '=' (at src/b.js:3)");
  const nested = await refusal({
    "package.json": JSON.stringify({ main: "src/a.js" }),
    "src/a.js": `require("./lib/settings.js");`,
    "src/lib/settings.js": `const stores = {};\nmodule.exports = { milk: stores.main.milk };`,
  });
  expect(nested.message).toMatch(/could not be loaded: Cannot read .*\(at src\/lib\/settings\.js:2:\d+\)$/);
  const common = await refusal({
    "package.json": JSON.stringify({ main: "src/a.js" }),
    "src/a.js": `require("./b.js");`,
    "src/b.js": "\nconst = 1;",
  });
  expect(common.message).toMatch(/\(at src\/b\.js:2\)$/);
  const none = await refusal({ "src/a.js": `${model}import { nothing } from "@azure/functions";` });
  expect(none.message).toMatch(/does not provide an export named 'nothing' \(at src\/a\.js:2(?::\d+)?\)$/);
  const core = await refusal({ "src/a.js": `import { nothing } from "node:fs";` });
  expect(core.message).toMatch(/does not provide an export named 'nothing' \(at src\/a\.js:1(?::\d+)?\)$/);
  const typed = await refusal({
    "package.json": JSON.stringify({ type: "module", main: "src/a.ts" }),
    "src/a.ts": "\n\nconst x: = 1;",
  });
  expect(typed.stack).toMatch(/src\/a\.ts:3/);
  expect(typed.message).toMatch(/\(at src\/a\.ts:3/);
  const hook = await refusal({ "src/a.js": `${model}app.hook.appStart(() => { throw new Error("not today"); });` });
  expect(hook.message).toMatch(/^A hook of appStart failed: not today \(at src\/a\.js:2:\d+\)$/);
  const dead = await refusal({ "src/a.js": "process.exit(3);" });
  expect(dead.message).toContain("exit code 3");
});

test.each([
  [
    "a missing file, deep in CommonJS",
    "commonjs",
    'require("./nowhere");',
    "Cannot find module './nowhere' (at src/lib/b c.js:2:1)",
  ],
  ["a package that is not there", "commonjs", 'require("@cafe/none");', "(at src/lib/b c.js:2:1). Is it installed?"],
  ["a path with a blank", "commonjs", "null.cup;", "(reading 'cup') (at src/lib/b c.js:2:6)"],
  ["a text", "commonjs", 'throw "no milk";', "no milk was thrown, which is not an Error"],
  ["an object", "commonjs", "throw { code: 5 };", '{"code":5} was thrown, which is not an Error'],
  ["a module that CommonJS asks for", "commonjs", 'require("./bad.mjs");', "(at src/lib/bad.mjs:3)"],
  ["JSON without its attribute", "module", 'import "./d.json";', "(at src/lib/b c.js)"],
  ["a folder", "module", 'import "../lib";', "(at src/lib/b c.js). In an ES module, import the file itself"],
  ["a regular expression", "module", 'new RegExp("(");', "(at src/lib/b c.js:2:1)"],
])("what fails while loading is told with its place: %s", async (_, type, code, words) => {
  const { message } = await refusal({
    "package.json": JSON.stringify({ main: "src/a.js", type }),
    "src/a.js": type === "module" ? 'import "./lib/b c.js";' : 'require("./lib/b c.js");',
    "src/lib/b c.js": `\n${code}`,
    "src/lib/bad.mjs": "\n\nconst = 1;",
    "src/lib/d.json": "{}",
  });
  expect(message).toContain(words);
});

test("what is thrown and no Error is told with the file, of CommonJS", async () => {
  const text = await refusal(
    {
      "package.json": JSON.stringify({ main: "src/a.js" }),
      "src/a.js": 'require("./whole.js");\nrequire("./lib/b.js");',
      "src/lib/b.js": 'require("../whole.js");\nthrow undefined;',
      "src/whole.js": "exports.cup = 1;",
    },
    {},
    { watch: {} },
  );
  expect(text.message).toBe(
    "src/a.js could not be loaded: undefined was thrown, which is not an Error (at src/lib/b.js)",
  );
});

test("nothing to load is refused with what was looked for", async () => {
  expect((await refusal({ "package.json": "{}" })).message).toContain('has no "main"');
  expect((await refusal({})).message).toContain('matches "main": "src/*.js"');
  const unbuilt = await refusal({ "package.json": '{"main":"dist/*.js","scripts":{"build":"tsc"}}' });
  expect(unbuilt.message).toMatch(/Has it been built\? npm run build creates these files\.$/);
  const noProgram = await refusal({ "package.json": '{"main":"menu.json"}', "menu.json": "{}" });
  expect(noProgram.message).toContain("names menu.json, which cannot register functions");
  expect((await refusal({ "src/a.js": "", "host.json": "{}" })).message).toContain('"version": "2.0"');
});

test("functions that Azure would refuse are refused here, all of them at once", async () => {
  const { message } = await refusal({
    "src/a.js": `${model}
      app.get("one", async () => ({}));
      app.get("ONE", async () => ({}));
      app.get("bad name", async () => ({}));
      app.http("Host", { handler: async () => ({}) });
      app.get("owner", { route: "admin/config", handler: async () => ({}) });
      app.get("holes", { route: "a/{x", handler: async () => ({}) });
      app.timer("never", { schedule: "0 0 0 30 2 *", handler: () => {} });
      app.timer("unset", { schedule: "%WHEN%", handler: () => {} });
      app.serviceBusQueue("queue", { queueName: "q", connection: "c", handler: () => {} });
      app.get("saves", { extraOutputs: [output.serviceBusQueue({ connection: "c", queueName: "q" })], handler: async () => ({}) });
      app.generic("odd", { trigger: trigger.generic({ type: "wonder" }), handler: () => {} });`,
  });
  expect(message).toMatch(/"ONE": its name differs from "one" only in case/);
  expect(message).toMatch(/"bad name": a name must begin with a letter/);
  expect(message).toMatch(/"Host": Azure reserves this name; choose another one/);
  expect(message).toMatch(/"unset": the setting WHEN/);
  expect(message).toMatch(
    /"queue": the trigger "serviceBusTrigger" belongs to Service Bus, which the local Azure does not emulate/,
  );
  expect(message).toMatch(/"saves": the output binding "serviceBus" belongs to Service Bus/);
  expect(message).toMatch(/"odd": the trigger "wonderTrigger" is unknown/);
});

test("every trigger and binding that the library has and this host has not is refused with its service and what to do; without it the rest starts", async () => {
  const handler = "handler: () => {}";
  const generic = (...types: string[]) =>
    types.map((type) => `app.generic("${type}", { trigger: trigger.generic({ type: "${type}" }), ${handler} });`);
  const code = `import { app, input, output, trigger } from "@azure/functions";
    app.serviceBusQueue("serviceBusQueue", { queueName: "q", connection: "c", ${handler} });
    app.serviceBusTopic("serviceBusTopic", { topicName: "t", subscriptionName: "s", connection: "c", ${handler} });
    app.eventHub("eventHub", { eventHubName: "e", connection: "c", ${handler} });
    app.sql("sql", { tableName: "t", connectionStringSetting: "c", ${handler} });
    app.mySql("mySql", { tableName: "t", connectionStringSetting: "c", ${handler} });
    app.mcpTool("mcpTool", { toolName: "t", description: "d", toolProperties: [], ${handler} });
    app.connectorTrigger("connector", { ${handler} });
    app.get("table", { extraInputs: [input.table({ tableName: "t", connection: "c" })], ${handler} });
    app.get("hub", { return: output.eventHub({ eventHubName: "e", connection: "c" }), ${handler} });
    ${generic("kafkaTrigger", "rabbitMQTrigger", "signalRTrigger", "socketioTrigger", "daprTopicTrigger", "redisStreamTrigger").join("\n")}
    app.get("there", async () => ({ body: "yes" }));`;
  const { message } = await refusal({ "src/a.js": code });
  const refused = [...message.matchAll(/Function "(\w+)": the (.+?) "\w+" belongs to (.+?), which the local Azure/g)];
  expect(refused.map(([, name, role, service]) => `${name}: ${role} of ${service}`)).toEqual([
    "serviceBusQueue: trigger of Service Bus",
    "serviceBusTopic: trigger of Service Bus",
    "eventHub: trigger of Event Hubs",
    "sql: trigger of Azure SQL",
    "mySql: trigger of Azure Database for MySQL",
    "mcpTool: trigger of the Model Context Protocol",
    "connector: trigger of a connector of Logic Apps",
    "table: input binding of Table Storage",
    "hub: output binding of Event Hubs",
    "kafkaTrigger: trigger of Kafka",
    "rabbitMQTrigger: trigger of RabbitMQ",
    "signalRTrigger: trigger of SignalR Service",
    "socketioTrigger: trigger of Web PubSub for Socket.IO",
    "daprTopicTrigger: trigger of Dapr",
    "redisStreamTrigger: trigger of Redis",
  ]);
  const names = refused.map(([, name = ""]) => name);
  for (const name of names) expect(message).toContain(`set AzureWebJobs.${name}.Disabled to true`);

  // What the last line says can be put among the settings as it is.
  const [, pasted] = /^To start without these 15 functions, add to the settings: (.+)$/m.exec(message) ?? [];
  const settings = JSON.parse(`{ ${pasted} }`) as Record<string, string>;
  expect(Object.keys(settings)).toEqual(names.map((name) => `AzureWebJobs.${name}.Disabled`));
  const host = await makeWorld().start(makeApp({ "src/a.js": code }), { settings });
  expect(host.functions.filter(({ disabled }) => !disabled).map(({ name }) => name)).toEqual(["there"]);
  const ask = (path: string) => fetch(`${host.origin}/api/${path}`, { headers: { "x-functions-key": host.masterKey } });
  expect(await (await ask("there")).text()).toBe("yes");
  expect((await ask("hub")).status).toBe(404);
});

test("options that nobody reads, and values that would count as others, are refused by name, all of them", async () => {
  const { message } = await refusal(
    {
      "src/a.js": `${model}
      import * as df from "durable-functions";
      const handler = async () => ({});
      app.http("level", { authLevel: "anonymus", handler });
      app.http("verb", { methods: ["GTE"], handler });
      app.http("misspelt", { rout: "a", handler });
      app.http("other", { extraInputs: [input.generic({ type: "durableClient", taskHubName: "x" })], handler });
      app.timer("startup", { schedule: "0 0 0 * * *", runOnStartup: "true", handler });
      app.timer("capitals", { schedule: "0 0 0 * * *", RunOnStartup: true, handler });
      const feed = { connection: "C", databaseName: "d", containerName: "c", handler };
      app.cosmosDB("batch", { ...feed, maxItemsPerInvocation: "10" });
      app.cosmosDB("beginning", { ...feed, startFromBeginning: "%BEGIN%" });
      app.eventGrid("cardinal", { cardinality: "some", handler });
      app.storageQueue("bytes", { queueName: "queue", connection: "C", dataType: "binary", handler });
      app.storageBlob("stream", { path: "a/{b}", connection: "C", dataType: "stream", handler });
      app.get("written", { extraOutputs: [output.cosmosDB({ connection: "C", databaseName: "d", containerName: "c", createIfNotExists: "yes" })], handler });
      app.timer("retried", { schedule: "0 0 0 * * *", retry: { strategy: "linear", maxRetryCount: 1 }, handler });
      app.timer("endless", { schedule: "0 0 0 * * *", retry: { strategy: "fixedDelay", maxRetryCount: -2, delayInterval: 1000 }, handler });
      app.timer("undelayed", { schedule: "0 0 0 * * *", retry: { strategy: "fixedDelay", maxRetryCount: 1 }, handler });
      app.timer("turned", { schedule: "0 0 0 * * *", retry: { strategy: "exponentialBackoff", maxRetryCount: 1, minimumInterval: 9000, maximumInterval: 1000 }, handler });`,
    },
    {},
    { settings: { BEGIN: "true" } },
  );
  expect(message.split("\n")).toEqual([
    'Function "level": the trigger "httpTrigger": "authLevel" is "anonymus"; it must be one of anonymous, function, admin.',
    expect.stringMatching(/^Function "verb": there is no method "GTE"; the methods are GET, /),
    'Function "misspelt": the trigger "httpTrigger" has no option "rout"; it has authLevel, methods, route.',
    'Function "other": the input "durableClient" has no option "taskHubName"; it has taskHub, connectionName.',
    'Function "startup": the trigger "timerTrigger": "runOnStartup" is "true"; it must be true or false, not a string.',
    'Function "capitals": the trigger "timerTrigger" has no option "RunOnStartup"; it has schedule, runOnStartup, useMonitor.',
    expect.stringContaining(
      '"batch": the trigger "cosmosDBTrigger": "maxItemsPerInvocation" is "10"; it must be a whole',
    ),
    expect.stringContaining(
      '"beginning": the trigger "cosmosDBTrigger": "startFromBeginning" is "true"; it must be true or',
    ),
    expect.stringContaining(
      '"cardinal": the trigger "eventGridTrigger": "cardinality" is "some"; it must be one of one, many',
    ),
    expect.stringContaining(
      '"bytes": the trigger "queueTrigger" has no option "dataType"; it has queueName, connection.',
    ),
    expect.stringContaining(
      '"stream": the trigger "blobTrigger": "dataType" is "stream"; it must be one of string, binary.',
    ),
    expect.stringContaining('"written": the output "cosmosDB": "createIfNotExists" is "yes"; it must be true or false'),
    'Function "retried": its retry policy has the strategy "linear"; use fixedDelay or exponentialBackoff.',
    expect.stringContaining('"endless": its retry policy has the maxRetryCount -2; it must be'),
    'Function "undelayed": its retry policy needs a delayInterval that is not negative.',
    expect.stringContaining('"turned": its retry policy has a minimumInterval that is longer'),
  ]);
});

test("a percent sign that is no setting's, and a setting where Azure fills in none, are refused, all at once", async () => {
  const code = `${model}
    const handler = () => {};
    const to = { connection: "DB", databaseName: "d", containerName: "c" };
    const query = (sqlQuery) => ({ extraInputs: [input.cosmosDB({ ...to, sqlQuery })], handler });
    app.get("single", query("SELECT * FROM c WHERE c.a LIKE 'A%'"));
    app.get("pair", query("SELECT * FROM c WHERE c.a LIKE '%x y%'"));
    app.get("empty", query("SELECT '%%' FROM c"));
    app.storageBlob("blob", { path: "done/100%/{name}", connection: "S", handler });
    app.storageQueue("queue", { queueName: "%Q%-100%", connection: "S", handler });
    app.get("route", { route: "%PREFIX%/orders", handler });
    app.get("escaped", { route: "a%20b", handler });
    app.http("level", { authLevel: "%LEVEL%", handler });
    app.get("connection", { extraInputs: [input.cosmosDB({ ...to, connection: "%DB%" })], handler });
    app.get("topic", { extraOutputs: [output.eventGrid({ topicEndpointUri: "%T%", topicKeySetting: "K" })], handler });`;
  const settings = { PREFIX: "v1", LEVEL: "anonymous", DB: "x", Q: "q", T: "x" };
  const { message } = await refusal({ "src/a.js": code }, {}, { settings });
  const of = (name: string) => message.split("\n").find((line) => line.includes(`Function "${name}"`));
  const instead = "In a query use STARTSWITH, ENDSWITH or CONTAINS instead of LIKE.";
  expect(of("single")).toMatch(/"sqlQuery" is .*: the % at position 33 has no second % after the name of a setting/);
  expect(of("single")).toContain(instead);
  expect(of("pair")).toContain("the setting 'x y', which");
  expect(of("pair")).toContain(instead);
  expect(of("empty")).toContain("the setting '', which");
  expect(of("blob")).toContain('"path" is "done/100%/{name}": the % at position 8 has no second %');
  expect(of("queue")).toContain("the % at position 7 has no second %");
  for (const name of ["route", "escaped", "level"])
    expect(of(name)).toContain("build it in the code, with process.env.");
  for (const name of ["connection", "topic"]) expect(of(name)).toContain("it is itself the name of a setting");
});

test("the value of a setting may contain percent signs", () => {
  const queue = { type: "queue", direction: "out", queueName: "%Q%-%q%", name: "out" } as const;
  expect(resolveSettings(queue, { Q: "100%" }).queueName).toBe("100%-100%");
});

test("routes and schedules that cannot be are refused with the function's name", async () => {
  const { message } = await refusal({
    "src/a.js": `${model}
      app.get("owner", { route: "admin/config", handler: async () => ({}) });
      app.get("holes", { route: "a/{x", handler: async () => ({}) });
      app.timer("never", { schedule: "0 0 0 30 2 *", handler: () => {} });
      app.timer("span", { schedule: "00:05:00", handler: () => {} });
      app.cosmosDB("feed", { connection: "NOWHERE", databaseName: "d", containerName: "c", handler: () => {} });
      app.cosmosDB("old", { connectionStringSetting: "DB", databaseName: "d", collectionName: "c", handler: () => {} });`,
  });
  expect(message).toMatch(/"owner": the route "admin\/config" conflicts with one or more built in routes/);
  expect(message).toMatch(/"holes": the route "api\/a\/\{x"/);
  expect(message).toMatch(/"never": the schedule "0 0 0 30 2 \*" never occurs/);
  expect(message).toMatch(/"span": .*time span/);
  expect(message).toMatch(
    /"feed": the connection "NOWHERE" does not lead to the local Cosmos DB\. .* "\$\{cosmos\.connectionString\}" under "settings"/,
  );
  expect(message).toMatch(
    /"old": a cosmosDB trigger needs "connection"\. "connectionStringSetting" is its name before/,
  );
});

test("a name registered twice, and a registration after the start, fail as on Azure", async () => {
  expect((await refusal({ "src/a.js": model + get("twice") + get("twice") })).message).toContain(
    "already been registered",
  );
  const world = makeWorld();
  const host = await world.start(
    makeApp({
      "src/a.js": `${model}app.get("late", async () => { app.get("later", async () => ({})); return {}; });`,
    }),
  );
  expect((await fetch(`${host.origin}/api/late`)).status).toBe(500);
  expect(world.log()).toContain("only be registered during app startup");
});

test("durable functions without an engine are refused", async () => {
  const { message } = await refusal({
    "src/a.js": `import * as df from "durable-functions"; df.app.activity("work", { handler: () => 1 });`,
  });
  expect(message).toContain("work: Durable Functions");
});

test("hooks run in order around the start, each invocation and the end, and may change what passes them", async () => {
  const world = makeWorld();
  const root = makeApp({
    "src/a.js": `${model}
      app.hook.appStart(({ hookData }) => { hookData.started = true; console.log("hook start"); });
      app.hook.appTerminate(({ hookData }) => console.log("hook end", hookData.started));
      app.hook.preInvocation((context) => { context.hookData.before = context.invocationContext.functionName; });
      app.hook.preInvocation((context) => {
        const handler = context.functionHandler;
        context.functionHandler = async (...inputs) => ({ ...(await handler(...inputs)), status: 207 });
      });
      app.hook.postInvocation((context) => {
        if (context.error) { context.result = { body: context.hookData.before + ": " + context.error.message }; context.error = undefined; }
      });
      app.hook.log((context) => { if (context.category === "user") context.message = context.message.toUpperCase(); });
      ${get("fine")}
      app.get("sad", async (_, context) => { context.log("quiet"); throw new Error("alas"); });`,
  });
  const host = await world.start(root);
  expect((await fetch(`${host.origin}/api/fine`)).status).toBe(207);
  expect(await (await fetch(`${host.origin}/api/sad`)).text()).toBe("sad: alas");
  await host.close();
  expect(world.log()).toContain("QUIET");
  expect(world.log()).toContain("hook start");
  expect(world.log()).toContain("hook end true");
});

test("a disabled function is listed but not served", async () => {
  const world = makeWorld();
  const root = makeApp({ "src/a.js": model + get("on") + get("off") });
  const host = await world.start(root, { settings: { "AzureWebJobs.off.Disabled": "true" } });
  expect((await fetch(`${host.origin}/api/on`)).status).toBe(200);
  expect((await fetch(`${host.origin}/api/off`)).status).toBe(404);
  expect(host.functions).toContainEqual(expect.objectContaining({ name: "off", trigger: "http", disabled: true }));
});

test.each([
  ["AzureWebJobs.off.Disabled", "TRUE", true],
  ["azurewebjobs.OFF.disabled", "true", true],
  ["AzureWebJobs_off_Disabled", "1", true],
  ["AZUREWEBJOBS_OFF_DISABLED", "1", true],
  ["AzureWebJobs.off.Disabled", "0", false],
  ["AzureWebJobs__off__Disabled", "1", false],
  ["AzureWebJobs:off:Disabled", "1", false],
])("the setting %s = %s: disabled %s, as on Azure", async (name, value, disabled) => {
  const world = makeWorld();
  const host = await world.start(makeApp({ "src/a.js": model + get("off") + get("on") }), {
    settings: { [name]: value },
  });
  expect(host.functions.filter((each) => each.disabled).map((each) => each.name)).toEqual(disabled ? ["off"] : []);
  const warnings = world.logged.filter(({ level }) => level === "warn").map(({ message }) => message);
  const noEffect = `The setting ${name} has no effect: the function off runs, here as on Azure. To disable it, name the setting AzureWebJobs.off.Disabled.`;
  expect(warnings).toEqual(disabled || value === "0" ? [] : [noEffect]);
});

test("a function with two underscores in its name cannot be disabled, as on Azure, and a warning says so", async () => {
  const world = makeWorld();
  const settings = { "AzureWebJobs.not__off.Disabled": "true" };
  const host = await world.start(makeApp({ "src/a.js": model + get("not__off") }), { settings });
  expect(host.functions[0]?.disabled).toBe(false);
  expect(world.log()).toContain("No setting can disable it, because Azure reads the two underscores");
});

test("a reload takes up changed code at the same address", async () => {
  const world = makeWorld();
  const root = copyApp("http");
  const host = await world.start(root);
  writeFileSync(`${root}/src/http.ts`, model + get("fresh"));
  await host.reload();
  expect(await (await fetch(`${host.origin}/api/fresh`)).text()).toBe("fresh");
  expect((await fetch(`${host.origin}/api/throws`)).status).toBe(404);
  writeFileSync(`${root}/src/http.ts`, "throw new Error('half written');");
  await expect(host.reload()).rejects.toThrow("half written");
  const answer = await fetch(`${host.origin}/api/fresh`);
  expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
    503,
    "src/http.ts could not be loaded: half written (at src/http.ts:1:7)",
  ]);
  writeFileSync(`${root}/src/http.ts`, model + get("mended"));
  await host.reload();
  expect(await (await fetch(`${host.origin}/api/mended`)).text()).toBe("mended");
});

test("with HTTP streams enabled, bodies pass as they are made, and a failure is still a 500", async () => {
  const world = makeWorld();
  const host = await world.start("stream");
  const slow = await fetch(`${host.origin}/api/count/3?step=2`, { method: "POST", body: "go" });
  expect(slow.headers.get("x-ms-invocation-id")).toBeNull();
  expect(await slow.text()).toBe("go 2 4 6 ");
  expect((await fetch(`${host.origin}/api/breaks`)).status).toBe(500);
  const endless = await fetch(`${host.origin}/api/endless`);
  const first = await endless.body?.getReader().read();
  expect(Buffer.from(first?.value ?? []).toString()).toBe("first");
  // A stream that never ends is no work that the clock would have to wait for.
  await world.advance(60_000);
});

test("with HTTP streams enabled, who called is told too", async () => {
  const host = await makeWorld().start("stream");
  const who = async (headers: Record<string, string> = {}) =>
    (await (await fetch(`${host.origin}/api/who`, { headers })).json()) as Record<string, string>;
  expect((await who())["x-forwarded-for"]).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(await who({ "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" })).toMatchObject({
    "x-forwarded-for": expect.stringMatching(/^203\.0\.113\.7, 127\.0\.0\.1:\d+$/),
    "x-forwarded-proto": "http",
  });
});
