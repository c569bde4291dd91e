import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { portsOf } from "../../../local/cli/ports.ts";
import { freePorts } from "../../free-ports.ts";

const command = resolve("tools/local-azure.ts");
const talks = resolve("local/examples/talks");

const reference = (name: string) => `\${${name}}`;

/** The command as it runs. */
function start(args: string[]) {
  const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, NODE_OPTIONS: "" } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  let waiting: (() => void)[] = [];
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<{ code: number | null; output: string }>((done) =>
    child.once("close", (code) => done({ code, output })),
  );
  return {
    ended,
    /** Resolves once all that it has printed so far contains the text. */
    said: (text: string) =>
      new Promise<void>((done, failed) => {
        const look = () => {
          if (!output.includes(text)) return;
          waiting = waiting.filter((other) => other !== look);
          done();
        };
        waiting.push(look);
        look();
        void ended.then(() => failed(new Error(`It ended without "${text}":\n${output}`)));
      }),
    stop: () => child.kill("SIGINT"),
  };
}

test("it takes the port that the application wants, whose files are found from its folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-port-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePorts();
  const files = {
    "package.json": { type: "module", main: "index.js" },
    "host.json": { version: "2.0" },
    "local.settings.json": { Host: { LocalHttpPort: port } },
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value));
  writeFileSync(join(folder, "beside.txt"), "");
  writeFileSync(join(folder, "index.js"), 'import { readFileSync } from "node:fs"; readFileSync("beside.txt");');
  const running = start([folder]);
  await running.said(`runs at http://127.0.0.1:${port}`);
  running.stop();
  expect((await running.ended).code).toBe(0);
});

test("it runs an application, says where everything is, and ends at Ctrl-C", async () => {
  const port = await freePorts();
  const running = start([talks, "--port", String(port)]);
  await running.said("Ctrl-C stops it");
  const answer = await fetch(`http://127.0.0.1:${port}/api/tally`);
  expect(await answer.json()).toEqual({ accepted: 0, declined: 0, expired: 0 });
  running.stop();
  const { code, output } = await running.ended;
  expect(code).toBe(0);
  expect(output).toContain(`submitTalk  POST http://127.0.0.1:${port}/api/talks`);
  for (const text of ["review", "askReviewer", "tally", "DAYS_TO_DECIDE", `http://127.0.0.1:${port + 3}/`]) {
    expect(output).toContain(text);
  }
});

test("open to the network under a name, with a port of its own for the console", async () => {
  const port = await freePorts();
  const console = port + 9;
  const running = start([talks, "--port", String(port), "--host", "stand.invalid", "--console-port", String(console)]);
  await running.said(`runs at http://stand.invalid:${port}`);
  await running.said(`Console    http://127.0.0.1:${console}/`);
  expect((await fetch(`http://127.0.0.1:${port}/api/tally`)).status).toBe(200);
  running.stop();
  expect((await running.ended).code).toBe(0);
});

test("an application with an identity reaches Cosmos DB over https, which it trusts, by a token that nobody checks; and that is said", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-identity-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text: unknown) => writeFileSync(join(folder, file), JSON.stringify(text));
  write("package.json", { type: "module", main: "index.js" });
  write("host.json", { version: "2.0" });
  const containers = ["orders", "leases"].map((id) => ({ id, partitionKey: "/id" }));
  write("local-azure.json", {
    resources: { cosmos: { database: "shop", containers, allVersionsAndDeletes: "Continuous7Days" } },
    settings: { SHOP__accountEndpoint: reference("cosmos.httpsEndpoint") },
  });
  writeFileSync(
    join(folder, "index.js"),
    `import { CosmosClient } from "@azure/cosmos";
    import { app } from "@azure/functions";
    const seen = [];
    const aadCredentials = { getToken: async () => ({ token: "anything", expiresOnTimestamp: 9e15 }) };
    app.http("order", { authLevel: "anonymous", handler: async () => {
      const client = new CosmosClient({ endpoint: process.env.SHOP__accountEndpoint, aadCredentials });
      const { statusCode } = await client.database("shop").container("orders").items.upsert({ id: "o1" });
      client.dispose();
      return { jsonBody: { statusCode, seen } };
    } });
    app.cosmosDB("watch", { connection: "SHOP", databaseName: "shop", containerName: "orders", changeFeedMode: "AllVersionsAndDeletes",
      handler: (changes) => void seen.push(...changes.map(({ metadata }) => metadata.operationType)) });
    `,
  );
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
  const [port, data] = [await freePorts(), join(folder, "data")];
  const running = start([folder, "--port", String(port), "--data", data, "--entra-tokens-unchecked", "--sockets"]);
  await running.said("Ctrl-C stops it");
  const order = async () => (await fetch(`http://127.0.0.1:${port}/api/order`)).json();
  expect(await order()).toMatchObject({ statusCode: 201 });
  await fetch(`http://127.0.0.1:${port + 3}/settle`, { method: "POST" });
  expect(await order()).toMatchObject({ statusCode: 200, seen: expect.arrayContaining(["create"]) });
  running.stop();
  const { output } = await running.ended;
  for (const text of [
    `https://127.0.0.1:${port + 4}/ for clients that trust its certificate`,
    `NODE_EXTRA_CA_CERTS=${join(data, "cosmos.pem")}`,
    "NOT VERIFIED",
    "ANY ENTRA ID TOKEN IS ACCEPTED",
  ]) {
    expect(output).toContain(text);
  }
  expect(new X509Certificate(readFileSync(join(data, "cosmos.pem"))).checkHost("localhost")).toBe("localhost");
});

test("changed code is reloaded; code that does not load is told of, and mended; events of Web PubSub go where the file says now", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-reload-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const saying = (word: string) =>
    `import { app } from "@azure/functions";\napp.http("word", { authLevel: "anonymous", handler: () => ({ body: "${word}" }) });\n`;
  write("package.json", JSON.stringify({ type: "module", main: "index.js" }));
  write("host.json", JSON.stringify({ version: "2.0" }));
  write("index.js", saying("one"));
  const hub = (more: object) =>
    write("local-azure.json", JSON.stringify({ resources: { webPubSub: { hub: "live", ...more } } }));
  hub({});
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
  const port = await freePorts();
  const word = async () => (await fetch(`http://127.0.0.1:${port}/api/word`)).text();

  const running = start([folder, "--port", String(port)]);
  await running.said("Changed code is reloaded. Ctrl-C stops it");
  expect(await word()).toBe("one");
  write("index.js", "this is no code");
  await running.said("the application does not load");
  write("index.js", saying("two"));
  await running.said("Reloaded in");
  // What the other process sees may be a file that is half written, of which there are two reloads.
  await expect.poll(word).toBe("two");
  const handlers = async () => {
    const { hubs } = (await (await fetch(`http://127.0.0.1:${port + 3}/webpubsub`)).json()) as {
      hubs: { eventHandlers: { to: string }[] }[];
    };
    return hubs.flatMap(({ eventHandlers }) => eventHandlers.map(({ to }) => to));
  };
  expect(await handlers()).toEqual([]);
  hub({ eventHandlers: [{ urlTemplate: "http://localhost:3000/a" }] });
  await running.said("Web PubSub now sends events where local-azure.json says.");
  hub({ eventHandlers: [{ urlTemplate: "nowhere" }] });
  await running.said("is not applied");
  expect(await handlers()).toEqual(["http://localhost:3000/a"]);
  running.stop();
  expect((await running.ended).code).toBe(0);
});

test("an application without functions, and functions that no event would come to, are told so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-unheard-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const files = {
    "package.json": { type: "module", main: "index.js" },
    "host.json": { version: "2.0" },
    "local-azure.json": {
      resources: {
        eventGrid: { topic: "one", subscriptions: [{ name: "heard", function: "heard", filter: {} }] },
        webPubSub: { hubs: [{ hub: "told", eventHandlers: [{ functions: true, userEventPattern: "*" }] }, "silent"] },
      },
    },
  };
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, value] of Object.entries(files)) write(name, JSON.stringify(value));
  write(
    "index.js",
    `import { app } from "@azure/functions";
    for (const name of ["heard", "unheard"]) app.eventGrid(name, { handler() {} });
    for (const hub of ["told", "silent"])
      app.generic("of-" + hub, { trigger: { type: "webPubSubTrigger", name: "data", hub, eventType: "user", eventName: "message" }, handler() {} });`,
  );
  const running = start([folder, "--port", String(await freePorts())]);
  await running.said("Ctrl-C stops it");
  running.stop();
  const { output } = await running.ended;
  expect(output).toMatch(/^ {4}heard$/m);
  expect(output).toMatch(/^ {4}unheard {2}\(RECEIVES NOTHING: no subscription in local-azure\.json goes to it\)$/m);
  expect(output).toMatch(/^ {4}of-told {2}told$/m);
  expect(output).toMatch(/^ {4}of-silent {2}silent {2}\(RECEIVES NOTHING: no event handler of its hub/m);
  write("local-azure.json", "{}");
  write("index.js", "");
  const empty = start([folder, "--port", String(await freePorts())]);
  await empty.said("Ctrl-C stops it");
  empty.stop();
  expect((await empty.ended).output).toContain(
    `NO FUNCTIONS: the code that "main" of ${join(folder, "package.json")} names`,
  );
});

test("wrong calls are refused in words", async () => {
  const said = async (...args: string[]) => {
    const { code, output } = await start(args).ended;
    // A folder that is no application's is no mistake of the command line.
    expect(code).toBe(args[0] === talks ? 2 : 1);
    return output;
  };
  const answers = await Promise.all([
    said(talks, talks),
    said(talks, "--console-port", "0"),
    said(talks, "--host", "http://x"),
    said(talks, "--port", "many"),
    said(talks, "--prot", "1"),
    said(join(talks, "src")),
  ]);
  const words = [
    "Name one",
    'it is "0"',
    "without a port",
    'it is "many"',
    "Unknown option '--prot'",
    "has no package.json",
  ];
  for (const [i, word] of words.entries()) expect(answers[i]).toContain(word);
});

test("ports that clash with each other are told by the options that gave them, not as another program's", () => {
  expect(() => portsOf(7071, { control: 7071 }, {})).toThrow(
    "Port 7071 is used twice: by --port 7071, and by --console-port 7071.",
  );
  expect(() => portsOf(7071, { cosmos: 7080, sms: 7080 }, {})).toThrow(
    /Port 7080 is used twice: by --(sms|cosmos)-port 7080, and by --(sms|cosmos)-port 7080\./,
  );
  expect(() => portsOf(7071, { control: 7072 }, {})).toThrow("--web-pubsub-port, which is 7072 by default");
  const topics = { eventGrid: { topic: "a", topics: [{ topic: "b", subscriptions: [] }], subscriptions: [] } };
  expect(() => portsOf(7071, { cosmos: 7077 }, topics)).toThrow("by a further topic after --event-grid-port");
  expect(() => portsOf(65_530, {}, topics)).toThrow("Port 65536 is too high, for a further topic");
  expect(portsOf(7071, { sms: 80 }, {})).toMatchObject({ functions: 7071, sms: 80, eventGrid: 7076 });
});

test("a port that is taken is named with the way out", async () => {
  // Those after it are free: the one that is named is the one that is taken.
  const port = await freePorts();
  const server = createServer();
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { code, output } = await start([talks, "--port", String(port)]).ended;
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`Port ${port}.* is taken[\\s\\S]*--port`));
});
