import { connect, createServer } from "node:net";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type InputSchema, startEventGrid } from "../../../local/eventgrid/index.ts";
import { accountAt } from "../../../local/functions/storage/account.ts";
import { StorageClients } from "../../../local/functions/storage/clients.ts";
import { QueueListener } from "../../../local/functions/storage/queue-listener.ts";
import { findAzurite } from "../../../tools/azurite/azurite.ts";
import { freePorts } from "../../free-ports.ts";
import { account, connectionTo, type RunningAzurite, startAzurite } from "./azurite.ts";
import { atEnd, makeApp, makeWorld, type World } from "./harness.ts";

const azurite = findAzurite();
const missing = "missing" in azurite ? azurite.missing : undefined;

test.skipIf(missing !== undefined && process.env.CI !== "true")("Azurite is there", () => {
  expect(missing).toBeUndefined();
});

/** Resolves when `check` is true or gives a value; looks again each turn and a little later. */
async function until<T>(what: string, check: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = performance.now() + 240_000; performance.now() < end; ) {
    const value = await check();
    if (value) return value as NonNullable<T>;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not come to this: ${what}.`);
}

describe.skipIf(missing !== undefined)(`Storage, with Azurite${missing ? ` (skipped: ${missing})` : ""}`, () => {
  let storage: RunningAzurite;
  beforeAll(async () => {
    storage = await startAzurite("path" in azurite ? azurite.path : "");
  });
  afterAll(() => storage?.stop());

  let names = 0;
  /** What one test needs of the storage: names of its own, and clients of the SDKs to look from outside. */
  function makeStore(connection = storage.connection) {
    const name = `test${++names}`;
    const queues = QueueServiceClient.fromConnectionString(storage.connection);
    const container: ContainerClient = BlobServiceClient.fromConnectionString(storage.connection).getContainerClient(
      name,
    );
    return {
      name,
      settings: { STORE: connection, AzureWebJobsStorage: connection, NAME: name, AzureFunctionsWebHost__hostid: name },
      container,
      queue: async (suffix: string): Promise<QueueClient> => {
        const queue = queues.getQueueClient(suffix.startsWith("webjobs-") ? suffix : `${name}-${suffix}`);
        await queue.createIfNotExists();
        return queue;
      },
    };
  }

  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const said = (world: World, part: string) =>
    world.logged.filter((entry) => entry.part === part && entry.level === "info").map(({ message }) => message);
  /** The texts in a queue, which stays as it is. */
  const peek = async (queue: QueueClient) =>
    (await queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.map(({ messageText }) =>
      Buffer.from(messageText, "base64").toString(),
    );
  const isEmpty = async (queue: QueueClient) => (await queue.getProperties()).approximateMessagesCount === 0;

  test("a message starts the function, JSON as its value, anything else as text, with what Azure tells about it", async () => {
    const store = makeStore();
    const world = makeWorld();
    const queue = await store.queue("in");
    await world.start("storage", { settings: store.settings });
    await queue.sendMessage(base64("just text"));
    await queue.sendMessage(base64('{"details":true,"id":"order-1","open":true}'));
    await queue.sendMessage(base64("7"));
    await until("all taken", () => said(world, "take").length === 4);
    await until("the queue is empty", () => isEmpty(queue));
    await world.work.idle();
    expect(
      said(world, "take")
        .filter((line) => line.startsWith("took"))
        .sort(),
    ).toEqual([
      'took "just text" for the 1. time',
      "took 7 for the 1. time",
      'took {"details":true,"id":"order-1","open":true} for the 1. time',
    ]);
    const line = said(world, "take").find((each) => each.startsWith("metadata ")) ?? "";
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(JSON.parse(line.slice("metadata ".length))).toEqual({
      queueTrigger: { details: true, id: "order-1", open: true },
      dequeueCount: 1,
      expirationTime: time,
      insertionTime: time,
      nextVisibleTime: time,
      popReceipt: expect.any(String),
      // As on Azure: what the message says hides what is known of it, and .NET writes its booleans.
      id: "order-1",
      details: "True",
      open: "True",
    });
  });

  test("a message that fails is tried again and then moved to the poison queue; all of that is work", async () => {
    const store = makeStore();
    const world = makeWorld();
    const host = await world.start("storage", { settings: store.settings });
    const send = (text: string) => fetch(`${host.origin}/api/send/in`, { method: "POST", body: text });
    await send('{"fail":true}');
    await world.work.idle();
    expect(said(world, "take")).toEqual(['took {"fail":true} for the 1. time', 'took {"fail":true} for the 2. time']);
    expect(said(world, "takePoison")).toEqual(['poison {"fail":true}']);
    expect(world.log()).toContain(
      `Message has reached MaxDequeueCount of 2. Moving message to queue '${store.name}-in-poison'.`,
    );
    expect(await isEmpty(await store.queue("in"))).toBe(true);
  });

  test("a retry policy tries a message several times each time that it comes; times in it have .NET's form in the metadata", async () => {
    const store = makeStore();
    const world = makeWorld();
    const root = makeApp(
      {
        "src/a.js": `import { app } from "@azure/functions";
          app.storageQueue("again", { connection: "STORE", queueName: "%NAME%-in",
            retry: { strategy: "fixedDelay", maxRetryCount: 1, delayInterval: { minutes: 5 } },
            handler: (entry, context) => {
              const { retryContext, triggerMetadata: { dequeueCount, at, of } } = context;
              context.log(JSON.stringify([dequeueCount, retryContext.retryCount, at, of]));
              throw new Error("not yet");
            } });`,
      },
      { extensions: { queues: { maxDequeueCount: 2 } } },
    );
    const queue = await store.queue("in");
    await world.start(root, { settings: store.settings });
    await queue.sendMessage(base64('{"at":"2026-11-30T20:45:00.310Z","of":{"at":"2026-11-30T20:45:00.310+02:00"}}'));
    for (const runs of [1, 3]) {
      await until("it has failed", () => said(world, "again").length === runs);
      // The pause is no work, and ends when the clock gets there.
      await world.work.idle();
      await world.advance(300_000);
    }
    await until("it is given up", async () => (await peek(await store.queue("in-poison"))).length === 1);
    const metadata = ["11/30/2026 20:45:00", { at: "2026-11-30T18:45:00.31+00:00" }];
    expect(said(world, "again").map((line) => JSON.parse(line))).toEqual(
      [
        [1, 0],
        [1, 1],
        [2, 0],
        [2, 1],
      ].map((counts) => [...counts, ...metadata]),
    );
  });

  test("the output sends text, JSON and bytes, one message or one for each of a list, and makes the queue", async () => {
    const store = makeStore();
    const world = makeWorld();
    const host = await world.start("storage", { settings: store.settings });
    const send = async (body: string, as = "text") =>
      (await fetch(`${host.origin}/api/send/out?as=${as}`, { method: "POST", body })).status;
    for (const text of ["hello", "12345678901234567890", '{ "spaced" : 1 }', '["a", {"b":2}]']) await send(text);
    for (const json of ['{"c":3}', "[4,5]", "6", "0.5", "true", "[false,null]"]) await send(json, "json");
    // .NET reads the time in a text that is JSON, and writes it in its own form.
    for (const text of ['["2026-11-30T20:45:00.310Z"]', '{"at":"2026-11-30T20:45:00.310Z"}']) await send(text);
    await send("bytes", "bytes");
    expect((await peek(await store.queue("out"))).sort()).toEqual(
      [
        "hello",
        "12345678901234567890",
        '{\n  "spaced": 1\n}',
        "a",
        '{\n  "b": 2\n}',
        '{\n  "c": 3\n}',
        "4",
        "5",
        "6",
        "0.5",
        "bytes",
        "True",
        "False",
        "",
        "11/30/2026 20:45:00",
        '{\n  "at": "2026-11-30T20:45:00.31Z"\n}',
      ].sort(),
    );
    expect(await send("{not JSON}")).toBe(500);
    expect(world.log()).toMatch(/The text is in braces or brackets, so it has to be JSON/);
    expect((await fetch(`${host.origin}/api/send/--`, { method: "POST", body: "x" })).status).toBe(500);
    expect(world.log()).toMatch(/The output "\w+" failed: "\w+---" is not a valid queue name/);
  });

  test("host.json decides how many run at once, how long a failed message rests, and the encoding", async () => {
    const store = makeStore();
    const world = makeWorld();
    const root = makeApp(
      {
        "src/a.js": `import { app } from "@azure/functions";
          let running = 0;
          let failed;
          app.storageQueue("one", { connection: "STORE", queueName: "%NAME%-in", handler: async (entry, context) => {
            const rested = context.triggerMetadata.dequeueCount === 1 || performance.now() - failed > 500;
            context.log(\`\${entry} with \${running++} others\${rested ? "" : ", too soon"}\`);
            await new Promise((resolve) => setImmediate(resolve));
            running--;
            failed = performance.now();
            if (entry === "again" && context.triggerMetadata.dequeueCount === 1) throw new Error("not yet");
          } });`,
      },
      {
        extensions: {
          queues: {
            ...{ batchSize: 1, newBatchThreshold: 0, messageEncoding: "none" },
            ...{ visibilityTimeout: "00:00:01", maxPollingInterval: "00:00:00.1" },
          },
        },
      },
    );
    const queue = await store.queue("in");
    for (const text of ["a", "b", "<&>", "again"]) await queue.sendMessage(text);
    await world.start(root, { settings: store.settings });
    const lines = () => said(world, "one").sort();
    await until("each once", () => lines().length === 4);
    await until("one again", () => lines().length === 5);
    expect(lines()).toEqual(["<&>", "a", "again", "again", "b"].map((text) => `${text} with 0 others`));
  });

  test("a message that is not in the encoding goes to the poison queue as it is", async () => {
    const store = makeStore();
    const world = makeWorld();
    const root = makeApp({
      "src/a.js": `import { app } from "@azure/functions";
        app.storageQueue("never", { connection: "STORE", queueName: "%NAME%-in", handler() {} });`,
    });
    const queue = await store.queue("in");
    const poison = await store.queue("in-poison");
    await queue.sendMessage("no base64!");
    await world.start(root, { settings: store.settings });
    const [moved] = await until("moved", async () => {
      const { peekedMessageItems } = await poison.peekMessages();
      return peekedMessageItems.length > 0 ? peekedMessageItems : undefined;
    });
    expect(moved?.messageText).toBe("no base64!");
    expect(world.log()).toContain("is not in the messageEncoding of host.json, base64.");
    expect(said(world, "never")).toEqual([]);
  });

  test("a message stays invisible for as long as its function runs", async () => {
    const store = makeStore();
    const world = makeWorld();
    const queue = await store.queue("in");
    await queue.sendMessage(base64("long"));
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const counts: number[] = [];
    const listener = new QueueListener(world.parts, new StorageClients(), {
      account: accountAt("STORE", store.settings),
      queue: queue.name,
      options: {
        ...{ batchSize: 16, newBatchThreshold: 8, maxDequeueCount: 5, visibilityTimeout: 0 },
        ...{ maxPollingInterval: 100, messageEncoding: "base64" },
      },
      handle: async ({ dequeueCount }) => {
        counts.push(dequeueCount);
        await finished;
        return true;
      },
      poison: () => undefined,
      // Azurite's clock is the machine's: long enough for a busy one to renew in time.
      visibility: 4_000,
    });
    listener.start();
    await until("it began", () => counts.length === 1);
    const began = performance.now();
    await until("its first four seconds are over", async () => {
      expect((await queue.receiveMessages()).receivedMessageItems).toEqual([]);
      return performance.now() - began > 5_000;
    });
    expect(world.work.pending).toEqual({ [`queue ${queue.name}`]: 1 });
    finish();
    await world.work.idle();
    expect(await isEmpty(queue)).toBe(true);
    expect(counts).toEqual([1]);
    listener.stop();
    await listener.ended();
  });

  test("a message whose function fails while the host stops is there again at once", async () => {
    const store = makeStore();
    const world = makeWorld();
    const root = makeApp({
      "src/a.js": `import { app } from "@azure/functions";
        app.storageQueue("late", { connection: "STORE", queueName: "%NAME%-in", handler: async (_entry, context) => {
          context.log("begun");
          await new Promise((resolve) => setTimeout(resolve, 300));
          throw new Error("too late");
        } });`,
    });
    const queue = await store.queue("in");
    await queue.sendMessage(base64("x"));
    const host = await world.start(root, { settings: store.settings });
    await until("it began", () => said(world, "late").includes("begun"));
    await host.close();
    const { receivedMessageItems } = await queue.receiveMessages();
    expect(receivedMessageItems[0]?.dequeueCount).toBeGreaterThan(1);
    expect(world.work.pending).toEqual({});
  });

  test("a storage that does not answer is told of once, holds nothing up, and is read when it answers", async () => {
    const port = await freePorts();
    const store = makeStore(connectionTo(storage.blobPort, port));
    const world = makeWorld();
    const queue = await store.queue("in");
    await queue.sendMessage(base64("patience"));
    const host = await world.start("storage", { settings: store.settings });
    const complaint = `error [] The queue "${store.name}-in" in the storage that "STORE" leads to cannot be read: connect ECONNREFUSED 127.0.0.1:${port}. It is retried until it can.`;
    await until("it was told", () => world.log().includes(complaint));
    expect(await (await fetch(`${host.origin}/api/alive`)).text()).toBe("yes");
    expect((await fetch(`${host.origin}/api/send/out`, { method: "POST", body: "x" })).status).toBe(500);
    expect(world.log()).toMatch(
      /The output "\w+" failed: The queue "\w+-out", in the storage that "STORE" leads to: connect ECONNREFUSED/,
    );
    await world.advance(60_000);
    const way = createServer((socket) => {
      const on = connect(storage.queuePort, "127.0.0.1");
      for (const end of [socket, on]) end.on("error", () => undefined);
      socket.pipe(on).pipe(socket);
    }).listen(port, "127.0.0.1");
    atEnd(() => void way.close());
    await until("it was read", () => said(world, "take").includes('took "patience" for the 1. time'));
    expect(world.log().split(complaint)).toHaveLength(2);
    expect(world.log()).toContain(
      `The queue "${store.name}-in" in the storage that "STORE" leads to can be read again.`,
    );
  });

  test("a blob starts the function once for each version, also across restarts, with what Azure tells about it", async () => {
    const store = makeStore();
    const put = (name: string, text: string, metadata = {}) =>
      store.container.getBlockBlobClient(name).upload(text, text.length, { metadata });
    const before = makeWorld();
    const first = await before.start("storage", { settings: store.settings });
    await until("it waits", () => before.log().includes(`The container "${store.name}" does not exist yet`));
    await store.container.create();
    await put("in/a.b.txt", "one");
    await put("in/details.txt", "two", { roastLevel: "dark" });
    await put("elsewhere.txt", "three");
    await until("all seen", () => said(before, "see").length === 3);
    await before.work.idle();
    await put("in/a.b.txt", "changed");
    await until("the change seen", () => said(before, "see").length === 4);
    await before.work.idle();
    const [one, two, ...later] = said(before, "see").filter((line) => line.startsWith("saw"));
    // The two that were there together are read at the same time.
    expect([one, two].sort()).toEqual(["saw a.b . txt: true one", "saw details . txt: true two"]);
    expect(later).toEqual(["saw a.b . txt: true changed"]);
    const line = said(before, "see").find((each) => each.startsWith("metadata ")) ?? "";
    expect(JSON.parse(line.slice("metadata ".length))).toEqual({
      blobTrigger: `${store.name}/in/details.txt`,
      uri: `http://127.0.0.1:${storage.blobPort}/${account}/${store.name}/in/details.txt`,
      metadata: { roastLevel: "dark" },
      properties: expect.objectContaining({
        contentLength: 3,
        contentType: "application/octet-stream",
        blobType: 0,
        createdOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
        eTag: {},
      }),
    });
    await first.close();

    await put("in/details.txt", "new while away");
    await put("in/late.txt", "four");
    const after = makeWorld();
    await after.start("storage", { settings: store.settings });
    await until("what is new", () => said(after, "see").length === 3);
    await after.work.idle();
    expect(
      said(after, "see")
        .filter((each) => each.startsWith("saw"))
        .sort(),
    ).toEqual(["saw details . txt: true new while away", "saw late . txt: true four"]);
  });

  test("a blob whose function fails is tried again, and then word of it goes to the poison queue for blobs", async () => {
    const store = makeStore();
    const world = makeWorld();
    const host = await world.start("storage", { settings: store.settings });
    await fetch(`${host.origin}/api/blobs/in/x.bad`, { method: "PUT", body: "?" });
    // Written by the application itself, a blob is found at once, and all of the way is work.
    await world.work.idle();
    expect(said(world, "see")).toEqual(["saw x . bad: true ?", "saw x . bad: true ?"]);
    const poison = await store.queue("webjobs-blobtrigger-poison");
    const { etag } = await store.container.getBlobClient("in/x.bad").getProperties();
    expect((await peek(poison)).map((text) => JSON.parse(text))).toEqual([
      {
        Type: "BlobTrigger",
        FunctionId: "Host.Functions.see",
        BlobType: "BlockBlob",
        ContainerName: store.name,
        BlobName: "in/x.bad",
        ETag: etag,
      },
    ]);
  });

  test("blobs are read and written: text, JSON, bytes; by expressions of a message too; a blob that is not there is no value", async () => {
    const store = makeStore();
    const world = makeWorld();
    const host = await world.start("storage", { settings: store.settings });
    const at = (name: string) => `${host.origin}/api/blobs/${name}`;
    const put = async (name: string, body: string | Buffer, as: string) =>
      (await fetch(`${at(name)}?as=${as}`, { method: "PUT", body: new Uint8Array(Buffer.from(body)) })).status;
    const get = async (name: string) => Buffer.from(await (await fetch(at(name))).arrayBuffer());
    expect((await fetch(at("none"))).status).toBe(404);
    expect(await put("text", '{ "as" : "it is" }', "text")).toBe(201);
    expect((await get("text")).toString()).toBe('{ "as" : "it is" }');
    await put("json", '{ "a": [1] }', "json");
    expect((await get("json")).toString()).toBe('{"a":[1]}');
    await put("folder/bytes", Buffer.from([0, 255, 1]), "bytes");
    expect(await get("folder/bytes")).toEqual(Buffer.from([0, 255, 1]));
    await put("number", "258", "json");
    expect(await get("number")).toEqual(Buffer.from([2, 1, 0, 0]));
    await put("flag", "true", "json");
    expect(await get("flag")).toEqual(Buffer.from([1]));
    await put("words", '"as it is"', "json");
    expect((await get("words")).toString()).toBe("as it is");
    for (const name of ["dot.", "back%5Cslash", "x".repeat(1025)]) {
      expect(await put(name, "x", "text")).toBe(500);
      expect(world.log()).toContain(`cannot be named ${JSON.stringify(decodeURIComponent(name))}`);
    }
    const copies = await store.queue("copies");
    await copies.sendMessage(base64('{"from":"folder/bytes","to":"copy"}'));
    await until("it was copied", () => store.container.getBlobClient("copy").exists());
    expect(await get("copy")).toEqual(Buffer.from([0, 255, 1]));
  });

  describe("Event Grid", () => {
    /** A topic that shares its clients with the functions, as in the local Azure. */
    async function startTopic(world: World, inputSchema: InputSchema, store: ReturnType<typeof makeStore>) {
      const storage = new StorageClients();
      const grid = await startEventGrid(world.parts, { inputSchema, storage });
      atEnd(() => grid.close());
      const client = new EventGridPublisherClient(grid.endpoint, "CloudEvent", new AzureKeyCredential(grid.key), {
        allowInsecureConnection: true,
      });
      const publish = (...ids: string[]) =>
        client.send(
          ids.map((id) => ({ id, type: "t", source: "/s", time: new Date(world.clock.now()), data: { id } })),
        );
      return { storage, grid, publish, held: accountAt("STORE", store.settings) };
    }

    test("a queue as destination gets each event in base64, with its time to live, and the function is there at once", async () => {
      const store = makeStore();
      const world = makeWorld();
      const { storage, grid, publish, held: account } = await startTopic(world, "CloudEventSchemaV1_0", store);
      await world.start("storage", { settings: store.settings, storage });
      const kept = await store.queue("kept");
      await kept.deleteIfExists();
      const times = { queueMessageTimeToLiveInSeconds: 300 };
      grid.subscribe([
        { name: "for-the-function", destination: { account, queueName: `${store.name}-in` } },
        { name: "kept", destination: { account, queueName: kept.name, ...times } },
      ]);
      await publish("e1");
      // The advance waits for the function, which has been told of the message.
      await world.advance(1000);
      expect(said(world, "take")).toEqual([expect.stringContaining('"id":"e1"')]);
      const { receivedMessageItems: messages } = await kept.receiveMessages();
      const [message] = messages;
      expect(JSON.parse(Buffer.from(message?.messageText ?? "", "base64").toString())).toMatchObject({
        specversion: "1.0",
        id: "e1",
        data: { id: "e1" },
      });
      const [from, until] = [message?.insertedOn.getTime() ?? 0, message?.expiresOn.getTime() ?? 0];
      expect(until - from).toBe(300_000);
    });

    test("a storage that does not answer, or does not want the message, is a failure like that of a webhook", async () => {
      const store = makeStore();
      const world = makeWorld();
      const { grid, publish, held: account } = await startTopic(world, "CloudEventSchemaV1_0", store);
      const nobody = { setting: "STORE", connection: connectionTo(1, 1) };
      grid.subscribe([
        { name: "nobody", destination: { account: nobody, queueName: "abc" }, retry: { maxDeliveryAttempts: 2 } },
        { name: "full", destination: { account, queueName: `${store.name}-full` } },
      ]);
      await publish("x".repeat(60_000));
      await world.advance(60_000);
      expect(grid.deadLetters().sort((a, b) => a.subscription.localeCompare(b.subscription))).toMatchObject([
        { subscription: "full", deadLetterReason: "UndeliverableDueToClientError", lastHttpStatusCode: 413 },
        { subscription: "nobody", deadLetterReason: "MaxDeliveryAttemptsExceeded", lastDeliveryOutcome: "SocketError" },
      ]);
    });

    test("dead letters lie in a blob five minutes later, together, under the name in capitals, the date and the hour", async () => {
      const store = makeStore();
      const world = makeWorld();
      const { grid, publish, held: account } = await startTopic(world, "CloudEventSchemaV1_0", store);
      const deadLetter = { account, blobContainerName: store.name };
      grid.subscribe([
        { name: "broken", destination: { url: "http://127.0.0.1:1/" }, retry: { maxDeliveryAttempts: 1 }, deadLetter },
      ]);
      await publish("e1");
      await world.advance(60_000);
      await publish("e2");
      await world.advance(239_000);
      expect(grid.deadLetters()).toMatchObject([{ blob: { until: expect.any(Number) } }, { blob: {} }]);
      expect(await store.container.exists()).toBe(false);
      await world.advance(1000);
      const names: string[] = [];
      for await (const { name } of store.container.listBlobsFlat()) names.push(name);
      expect(names).toEqual([expect.stringMatching(/^BROKEN\/2026\/1\/14\/12\/[0-9a-f-]{36}\.json$/)]);
      expect(grid.deadLetters()[0]?.blob).toEqual({ name: `${store.name}/${names[0]}` });
      const content = await store.container.getBlobClient(names[0] ?? "").downloadToBuffer();
      expect(JSON.parse(content.toString())).toMatchObject([
        {
          specversion: "1.0",
          id: "e1",
          deadletterreason: "MaxDeliveryAttemptsExceeded",
          deliveryattempts: 1,
          lastdeliveryoutcome: "SocketError",
          publishtime: "2026-01-14T12:00:00.000Z",
          lastdeliveryattempttime: "2026-01-14T12:00:00.000Z",
        },
        { id: "e2", publishtime: "2026-01-14T12:01:00.000Z" },
      ]);
    });

    test("dead letters that cannot be written are tried for four hours, over a restart too, and stay in the list", async () => {
      const world = makeWorld();
      const store = makeStore();
      const first = await startTopic(world, "CloudEventSchemaV1_0", store);
      const account = { setting: "STORE", connection: connectionTo(1, 1) };
      const declaration = {
        name: "broken",
        destination: { url: "http://127.0.0.1:1/" },
        retry: { maxDeliveryAttempts: 1 },
        deadLetter: { account, blobContainerName: store.name },
      };
      first.grid.subscribe([declaration]);
      await first.publish("e1");
      await world.advance(5 * 60_000);
      expect(world.log()).toContain("could not be written to the container");
      await first.grid.close();
      const second = await startTopic(world, "CloudEventSchemaV1_0", store);
      second.grid.subscribe([declaration]);
      expect([...second.grid.due()]).toMatchObject([{ what: "dead letters of", name: "broken" }]);
      await world.advance(4.5 * 60 * 60_000);
      expect(second.grid.deadLetters()).toMatchObject([{ event: { id: "e1" }, blob: { failed: expect.any(String) } }]);
      expect([...second.grid.due()]).toEqual([]);
    });
  });
});

/** Starts an application that must not start, and gives the reason. */
async function refusal(code: string, settings: Record<string, string> = {}, hostJson: object = {}): Promise<string> {
  const root = makeApp({ "src/a.js": `import { app, input, output } from "@azure/functions";\n${code}` }, hostJson);
  return makeWorld()
    .start(root, { settings })
    .then(
      () => "it started",
      (error: Error) => error.message,
    );
}

const held = { STORE: "UseDevelopmentStorage=true", AzureWebJobsStorage: "UseDevelopmentStorage=true" };

test("without the setting of its connection a function is refused, with what the setting would hold", async () => {
  const message = await refusal(
    `
    const handler = () => {};
    app.storageQueue("queue", { queueName: "orders", connection: "STORE", handler });
    app.storageBlob("blob", { path: "images/{name}", handler });
    app.get("in", { extraInputs: [input.storageBlob({ path: "c/x", connection: "STORE" })], handler });
    app.get("out", { extraOutputs: [output.storageQueue({ queueName: "orders", connection: "BY" })], handler });
    app.get("odd", { extraOutputs: [output.storageBlob({ path: "c/x", connection: "ODD" })], handler });`,
    { BY__queueServiceUri: "https://x", ODD: "https://somewhere" },
  );
  const holds = `It should hold "UseDevelopmentStorage=true" for Azurite, or "DefaultEndpointsProtocol=https;AccountName=`;
  expect(message).toContain(`"queue": the setting "STORE" with the connection string is missing. ${holds}`);
  expect(message).toContain(
    `"blob": the setting "AzureWebJobsStorage" with the connection string is missing. ${holds}`,
  );
  expect(message).toMatch(/"in": the input "\w+": the setting "STORE" with the connection string is missing\./);
  expect(message).toMatch(/"out": .* There is BY__queueServiceUri: an identity-based connection/);
  expect(message).toMatch(/"odd": the output "\w+": the setting "ODD" is not a connection string of Storage/);
});

test("a blob trigger needs the host's own storage for its receipts", async () => {
  const code = `app.storageBlob("blob", { path: "images/{name}", connection: "STORE", handler() {} });`;
  expect(await refusal(code, { STORE: held.STORE })).toContain(
    `"blob": a blob trigger keeps its receipts in the host's own storage: the setting "AzureWebJobsStorage"`,
  );
});

test("options that cannot be are refused, all of them, with what would be right", async () => {
  const message = await refusal(
    `const handler = () => {};
    const blob = (name, path, more = {}) => app.storageBlob(name, { path, connection: "STORE", handler, ...more });
    app.storageQueue("name", { queueName: "no_queue", connection: "STORE", handler });
    blob("events", "images/{name}", { source: "EventGrid" });
    blob("client", "images/{name}", { sdkBinding: true });
    blob("slash", "images/");
    blob("container", "{container}/{name}");
    blob("brace", "images/{name");
    blob("parameter", "images/{a-b}");
    app.get("path", { extraInputs: [input.storageBlob({ path: "images", connection: "STORE" })], handler });`,
    held,
  );
  expect(message).toMatch(/"name": "no_queue" is not a valid queue name: 3 to 63 letters, digits/);
  expect(message).toMatch(/"events": the source "EventGrid" is not supported by the local functions host/);
  expect(message).toMatch(/"client": "sdkBinding" is not known/);
  expect(message).toMatch(/"slash": the path "images\/" ends after the container/);
  expect(message).toMatch(/"container": the path "\{container\}\/\{name\}" must begin with the name of a container/);
  expect(message).toMatch(/"brace": the path "images\/\{name" has a "\{" without the other brace/);
  expect(message).toMatch(/"parameter": the path "images\/\{a-b\}" has the parameter "\{a-b\}"/);
  expect(message).toMatch(/"path": the input "\w+": its "path" must be like "container\/blob"; it is "images"\./);
});

test.each([
  [{ queues: { batchSize: 33 } }, "extensions.queues.batchSize is 33; it must be a whole number from 1 to 32."],
  [{ queues: { maxDequeueCount: 0 } }, "extensions.queues.maxDequeueCount is 0; it must be a whole number from 1."],
  [{ queues: { visibilityTimeout: 30 } }, 'visibilityTimeout is 30; it must be a time span like "00:00:30".'],
  [{ queues: { maxPollingInterval: "00:00:00" } }, 'like "00:00:30", and at least 100 ms.'],
  [{ queues: { messageEncoding: "utf-8" } }, 'messageEncoding is "utf-8"; it must be base64 or none.'],
  [{ blobs: { poisonBlobThreshold: "five" } }, 'poisonBlobThreshold is "five"; it must be a whole number from 1.'],
])("host.json with %j is refused with what would be right", async (extensions, sentence) => {
  expect(await refusal("", held, { extensions })).toContain(sentence);
});
