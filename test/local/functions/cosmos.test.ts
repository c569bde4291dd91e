import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Container, CosmosClient } from "@azure/cosmos";
import { expect, test } from "vitest";
import { type Cosmos, type CosmosOptions, startCosmos } from "../../../local/cosmos/index.ts";
import { FaultRules } from "../../../local/faults/rules.ts";
import { atEnd, makeApp, makeWorld, until, type World } from "./harness.ts";

const settings = { SCHEDULE: "0 0 3 * * *", FEEDS: "1" };

async function startShop(
  world: World,
  options: CosmosOptions = {},
): Promise<{ cosmos: Cosmos; items: Container; leases: Container }> {
  const cosmos = await startCosmos(world.parts, { port: 0, ...options });
  atEnd(() => cosmos.close());
  await cosmos.declare("shop", [
    { id: "items", partitionKey: "/pk" },
    { id: "leases", partitionKey: "/id" },
  ]);
  const client = new CosmosClient(cosmos.connectionString);
  atEnd(() => client.dispose());
  const database = client.database("shop");
  return { cosmos, items: database.container("items"), leases: database.container("leases") };
}

const got = (world: World, name: string) =>
  world.logged
    .filter(({ part, message }) => part === name && message.startsWith("got "))
    .map(({ message }) => message.slice(4));

const item = (id: string, n: number, more: object = {}) => ({ id, pk: "p", n, ...more });

test("changes reach the functions without time passing, the latest version of each, in order and in batches of the given size", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  for (const id of ["a", "b", "c"]) await items.items.create(item(id, 1));
  await items.items.upsert(item("a", 2));
  await world.start("triggers", { settings, feeds: { COSMOS: cosmos.feed } });
  await world.work.idle();
  expect(got(world, "history")).toEqual(["b1,c1 retry 0", "a2 retry 0"]);
  expect(got(world, "plain")).toEqual([]);
  await items.items.upsert(item("b", 2));
  await world.work.idle();
  expect(got(world, "history").at(-1)).toBe("b2 retry 0");
  expect(got(world, "plain")).toEqual(["b2 retry 0"]);
});

test("after a restart a function goes on behind what it has handled, with what changed meanwhile", async () => {
  const before = makeWorld();
  const first = await startShop(before);
  const host = await before.start("triggers", { settings, feeds: { COSMOS: first.cosmos.feed } });
  await first.items.items.create(item("a", 1));
  await before.work.idle();
  await host.close();
  await first.items.items.create(item("b", 1));
  await first.cosmos.close();
  const world = makeWorld({ store: before.store });
  const { cosmos, leases } = await startShop(world);
  await world.start("triggers", { settings, feeds: { COSMOS: cosmos.feed } });
  await world.work.idle();
  expect(got(world, "plain")).toEqual(["b1 retry 0"]);
  const { resources } = await leases.items.readAll<{ id: string }>().fetchAll();
  expect(resources.map(({ id }) => id).sort()).toEqual([
    "history..shop.items..0",
    "patient..shop.items..0",
    "plain..shop.items..0",
  ]);
});

test("a container that was made anew under its name has no lease: it is read from where the function begins", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  const app = watching({
    late: { leaseContainerPrefix: "late" },
    all: { leaseContainerPrefix: "all", startFromBeginning: true },
  });
  const host = await world.start(app, { feeds: { COSMOS: cosmos.feed } });
  for (const id of ["a", "b", "c"]) await items.items.create(item(id, 1));
  await world.work.idle();
  await host.close();
  await items.delete();
  await items.database.containers.create({ id: "items", partitionKey: "/pk" });
  await items.items.create(item("d", 1));
  world.logged.length = 0;
  await world.start(app, { feeds: { COSMOS: cosmos.feed } });
  await items.items.create(item("e", 1));
  await world.work.idle();
  expect([got(world, "late"), got(world, "all")].map((each) => each.join())).toEqual(["e1", "d1,e1"]);
});

test("a lease of before, which does not say its container, is none for one that has not come to its position", async () => {
  const world = makeWorld();
  const { cosmos, items, leases } = await startShop(world);
  const app = watching({ late: {}, all: { leaseContainerPrefix: "all", startFromBeginning: true } });
  // That of `all` has the name of its function, as leases had once.
  for (const id of ["..shop.items..0", "allall..shop.items..0"])
    await leases.items.create({ id, partitionKey: id, ContinuationToken: "9", Mode: "LatestVersion" });
  await items.items.create(item("a", 1));
  await world.start(app, { feeds: { COSMOS: cosmos.feed } });
  await items.items.create(item("b", 1));
  await world.work.idle();
  expect(gotBy(world).sort()).toEqual(["all a1", "all b1", "late b1"]);
});

test("an item that is nested too deeply for the extension stops the feed until it is replaced, as on Azure", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  await world.start(watching({ one: { startFromBeginning: true } }), { feeds: { COSMOS: cosmos.feed } });
  const nested = (levels: number): object => (levels === 0 ? {} : { in: nested(levels - 1) });
  await items.items.create(item("a", 1, { in: nested(61) }));
  await world.work.idle();
  await items.items.create(item("b", 1, { in: nested(62) }));
  await items.items.create(item("c", 1));
  await world.work.idle();
  expect(gotBy(world)).toEqual(["one a1"]);
  expect(world.log()).toContain("The change feed for one cannot go on: the item 'b' in shop/items has more than 63");
  await items.items.upsert(item("b", 2));
  await world.work.idle();
  expect(gotBy(world)).toEqual(["one a1", "one c1,b2"]);
});

test("that a container is deleted which functions watch is told to the log, and that it is made anew", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  const app = watching({ one: {}, two: { leaseContainerPrefix: "two" } });
  const host = await world.start(app, { feeds: { COSMOS: cosmos.feed } });
  await items.delete();
  await world.work.idle();
  const found = (pattern: RegExp) =>
    world.logged.map(({ level, message }) => level === "error" && pattern.exec(message)?.[1]).filter(Boolean);
  expect(found(/^The change feed for (\w+) stopped: the container shop\/items no longer exists\./)).toEqual([
    "one",
    "two",
  ]);
  const anew = /^The container shop\/items was deleted and created again while the functions run\. (\w+) gets none/;
  await items.database.containers.create({ id: "other", partitionKey: "/pk" });
  expect(found(anew)).toEqual([]);
  await items.database.containers.create({ id: "items", partitionKey: "/pk" });
  expect(found(anew)).toEqual(["one", "two"]);
  await items.items.create(item("a", 1));
  await world.work.idle();
  expect(gotBy(world)).toEqual([]);
  await host.close();
  await world.start(app, { feeds: { COSMOS: cosmos.feed } });
  await items.items.create(item("b", 1));
  await world.work.idle();
  expect(gotBy(world).sort()).toEqual(["one b1", "two b1"]);
});

test("a container that is made anew while a batch is handled is told of too, and its lease says nothing of the one before", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  const held: ServerResponse[] = [];
  const gate = createServer((_, response) => (held.push(response) > 1 ? response.end() : undefined));
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  atEnd(() => void gate.close());
  const source = `import { app } from "@azure/functions";
    app.cosmosDB("slow", { connection: "COSMOS", databaseName: "shop", containerName: "items", startFromBeginning: true, handler: async (items, context) => {
      context.log("got " + items.map(({ id }) => id).join());
      await fetch("http://127.0.0.1:${(gate.address() as AddressInfo).port}/");
    } });`;
  const app = makeApp({ "src/a.js": source });
  const host = await world.start(app, { feeds: { COSMOS: cosmos.feed } });
  for (const n of [1, 2, 3]) await items.items.create(item("a", n, { id: `a${n}` }));
  await until(() => held.length > 0);
  await items.delete();
  await items.database.containers.create({ id: "items", partitionKey: "/pk" });
  expect(world.log()).toContain(
    "The container shop/items was deleted and created again while the functions run. slow gets none",
  );
  for (const id of ["b", "c", "d", "e"]) await items.items.create(item(id, 1));
  held[0]?.end();
  await world.work.idle();
  expect(got(world, "slow").join()).not.toMatch(/[b-e]/);
  await host.close();
  world.logged.length = 0;
  await world.start(app, { feeds: { COSMOS: cosmos.feed } });
  await world.work.idle();
  expect(got(world, "slow").join()).toBe("b,c,d,e");
});

test("that the database goes with it is told as well", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  await world.start(watching({ one: {} }), { feeds: { COSMOS: cosmos.feed } });
  await items.database.delete();
  await world.work.idle();
  expect(world.log()).toContain("The change feed for one stopped: the container shop/items no longer exists.");
});

test("a batch that fails is lost without a retry policy, and retried on the clock before anything newer with one", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  await world.start("triggers", { settings, feeds: { COSMOS: cosmos.feed } });
  await items.items.create(item("a", 1, { fail: true }));
  await world.work.idle();
  await items.items.create(item("b", 1));
  await world.work.idle();
  expect(got(world, "plain")).toEqual(["a1 retry 0", "b1 retry 0"]);
  expect(got(world, "patient")).toEqual(["a1 retry 0"]);
  await world.advance(10_000);
  expect(got(world, "patient")).toEqual(["a1 retry 0", "a1 retry 1"]);
  await world.advance(10_000);
  expect(got(world, "patient")).toEqual(["a1 retry 0", "a1 retry 1", "a1 retry 2", "b1 retry 0"]);
});

test("what was waiting for a retry when the host stopped comes again after the restart", async () => {
  const before = makeWorld();
  const first = await startShop(before);
  const host = await before.start("triggers", { settings, feeds: { COSMOS: first.cosmos.feed } });
  await first.items.items.create(item("a", 1, { fail: true }));
  await before.work.idle();
  await host.close();
  await first.cosmos.close();
  const world = makeWorld({ store: before.store });
  const { cosmos } = await startShop(world);
  await world.start("triggers", { settings, feeds: { COSMOS: cosmos.feed } });
  await world.work.idle();
  expect(got(world, "patient")).toEqual(["a1 retry 0"]);
  expect(got(world, "plain")).toEqual([]);
});

test("a lease that another takes over in the middle of a batch: the first goes on and writes no position, the other has all from the last one", async () => {
  const faults = new FaultRules();
  const world = makeWorld({ faults });
  const { cosmos, items, leases } = await startShop(world);
  // The first run waits until it is let go. It says that it is the first: nothing orders the requests of two runs.
  const held: ServerResponse[] = [];
  const gate = createServer(({ url }, response) => (url === "/1" ? held.push(response) : response.end()));
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  atEnd(() => void gate.close());
  const source = `import { app } from "@azure/functions";
    const gate = "http://127.0.0.1:${(gate.address() as AddressInfo).port}/";
    let runs = 0;
    app.cosmosDB("slow", { connection: "COSMOS", databaseName: "shop", containerName: "items", handler: async (items, context) => {
      const run = ++runs;
      const all = items.map(({ id }) => id).join();
      context.log("got " + all);
      await fetch(gate + run);
      context.log("got through " + all);
    } });`;
  await world.start(makeApp({ "src/a.js": source }), { feeds: { COSMOS: cosmos.feed } });
  faults.add({ service: "cosmos", harm: "taken-over", operation: "feed-batch", name: "shop/items", times: 1 });
  await items.items.create(item("a", 1));
  await until(() => got(world, "slow").length >= 3);
  await items.items.create(item("b", 1));
  await until(() => got(world, "slow").length >= 5);
  expect(got(world, "slow")).toEqual(["a", "a", "through a", "b", "through b"]);
  await until(() => world.work.pending["change feed slow"] === undefined);
  expect(world.work.pending["change feed slow, whose lease another has"]).toBe(1);
  const position = async () => (await leases.item("..shop.items..0", "..shop.items..0").read()).resource;
  const before = await position();
  await until(() => held.length > 0);
  held[0]?.end();
  await world.work.idle();
  expect(got(world, "slow").at(-1)).toBe("through a");
  expect(await position()).toEqual(before);
});

/** An application with a trigger for each name, with these options. */
const watching = (triggers: Record<string, object>) =>
  makeApp({
    "src/a.js": `import { app } from "@azure/functions";
      for (const [name, options] of Object.entries(${JSON.stringify(triggers)}))
        app.cosmosDB(name, { connection: "COSMOS", databaseName: "shop", containerName: "items", ...options,
          handler: (items, context) => context.log("got " + items.map(({ id, n }) => id + n)) });`,
  });

/** As `got`, of whoever got it. */
const gotBy = (world: World) =>
  world.logged
    .filter(({ message }) => message.startsWith("got "))
    .map(({ part, message }) => `${part} ${message.slice(4)}`);

test("times in a changed item reach the function as .NET writes them", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  await world.start(watching({ late: {} }), { feeds: { COSMOS: cosmos.feed } });
  await items.items.create(item("2026-11-30T20:45:00.310Z", 1));
  await world.work.idle();
  expect(got(world, "late")).toEqual(["2026-11-30T20:45:00.31Z1"]);
});

test("of triggers that share a lease one gets each change, and the log says which and what to set", async () => {
  const drawn = async (random: number) => {
    const world = makeWorld();
    const { cosmos, items, leases } = await startShop(world);
    const app = watching({ mail: {}, stock: {}, own: { leaseContainerPrefix: "own" } });
    const parts = { ...world.parts, ids: { ...world.parts.ids, random: () => random } };
    await world.start(app, { feeds: { COSMOS: cosmos.feed } }, parts);
    for (const id of ["a", "b"]) await items.items.create(item(id, 1));
    await world.work.idle();
    const { resources } = await leases.items.readAll<{ id: string }>().fetchAll();
    expect(resources.map(({ id }) => id).sort()).toEqual(["..shop.items..0", "own..shop.items..0"]);
    const warnings = world.logged.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^"mail" and "stock" watch shop\/items with one lease: .*no "leaseContainerPrefix"\. .*Give each a "leaseContainerPrefix" of its own/,
    );
    return [...new Set(gotBy(world).map((text) => text.split(" ")[0]))].sort();
  };
  expect(await drawn(0)).toEqual(["mail", "own"]);
  expect(await drawn(0.99)).toEqual(["own", "stock"]);
});

test("triggers on two containers, or with two lease containers or prefixes, share nothing", async () => {
  const world = makeWorld();
  const { cosmos, items } = await startShop(world);
  await cosmos.declare("shop", [
    { id: "other", partitionKey: "/pk" },
    { id: "leases2", partitionKey: "/id" },
  ]);
  const triggers = {
    one: {},
    two: { leaseContainerName: "leases2" },
    three: { leaseContainerPrefix: "3" },
    four: { containerName: "other" },
  };
  await world.start(watching(triggers), { feeds: { COSMOS: cosmos.feed } });
  await items.items.create(item("a", 1));
  await world.work.idle();
  expect(gotBy(world).sort()).toEqual(["one a1", "three a1", "two a1"]);
  expect(world.log()).not.toContain("with one lease");
});

test("a function that gets another name goes on where it was, and so does one whose lease had its name once", async () => {
  const before = makeWorld();
  const first = await startShop(before);
  const host = await before.start(watching({ old: { startFromBeginning: true } }), {
    feeds: { COSMOS: first.cosmos.feed },
  });
  await first.items.items.create(item("a", 1));
  await before.work.idle();
  await host.close();
  const { resource } = await first.leases.item("..shop.items..0", "..shop.items..0").read();
  // As leases were named before.
  await first.leases.items.create({ ...resource, id: "p-former..shop.items..0" });
  await first.items.items.create(item("b", 1));
  await first.cosmos.close();
  const world = makeWorld({ store: before.store });
  const { cosmos } = await startShop(world);
  const former = { startFromBeginning: true, leaseContainerPrefix: "p-" };
  await world.start(watching({ renamed: { startFromBeginning: true }, former }), { feeds: { COSMOS: cosmos.feed } });
  await world.work.idle();
  expect(gotBy(world).sort()).toEqual(["former b1", "renamed b1"]);
});

test("a container that is to be its own lease container is refused at the start, under whatever setting and case", async () => {
  const world = makeWorld();
  const { cosmos } = await startShop(world);
  const triggers = {
    self: { leaseContainerName: "items" },
    shout: { leaseContainerName: "ITEMS", leaseDatabaseName: "Shop" },
    roundabout: { leaseContainerName: "items", leaseConnection: "AGAIN" },
  };
  const feeds = { COSMOS: cosmos.feed, AGAIN: cosmos.feed };
  const refused = await world.start(watching(triggers), { feeds }).catch((error: Error) => error.message);
  for (const name of Object.keys(triggers))
    expect(refused).toContain(`Function "${name}": the container shop/items cannot be its own lease container`);
});

test("a container that nobody declared is refused at the start, with where to declare it", async () => {
  const world = makeWorld();
  const { cosmos } = await startShop(world);
  const root = watching({ lost: { containerName: "lost" } });
  await expect(world.start(root, { feeds: { COSMOS: cosmos.feed } })).rejects.toThrow(
    /^Function "lost": The container 'lost' does not exist .* Declare it under "resources" of local-azure\.json: .*"containers": \[\{ "id": "lost"/,
  );
});

test("leases are kept in a container with the partition key /id or /partitionKey, and any other is refused at the start", async () => {
  const before = makeWorld();
  const first = await startShop(before);
  await first.cosmos.declare("shop", [
    { id: "gremlin", partitionKey: "/partitionKey" },
    { id: "wrong", partitionKey: "/pk" },
  ]);
  const feeds = { COSMOS: first.cosmos.feed };
  const wrong = before.start(watching({ lost: { leaseContainerName: "wrong" } }), { feeds });
  await expect(wrong).rejects.toThrow(
    /Function "lost": its lease container "wrong" .* its partition key is \/pk; the partition key of a lease container must be \/id or \/partitionKey/,
  );
  const kept = watching({
    kept: { leaseContainerName: "gremlin", startFromBeginning: true, maxItemsPerInvocation: 0 },
  });
  const host = await before.start(kept, { feeds });
  await first.items.items.create(item("a", 1));
  await before.work.idle();
  await host.close();
  await first.items.items.create(item("b", 1));
  await before.start(kept, { feeds });
  await before.work.idle();
  expect(gotBy(before)).toEqual(["kept a1", "kept b1"]);
});

test("a start that cannot be is refused: from the beginning and from a time, in two modes with one lease, in another mode than the lease's", async () => {
  const world = makeWorld();
  const { cosmos } = await startShop(world, { allVersions: { milliseconds: 86_400_000 } });
  const feeds = { COSMOS: cosmos.feed };
  const all = { changeFeedMode: "AllVersionsAndDeletes" };
  const twice = { startFromBeginning: true, startFromTime: "%SINCE%" };
  const settings = { SINCE: "2026-01-01T00:00:00Z" };
  await expect(world.start(watching({ twice }), { feeds, settings })).rejects.toThrow(
    'Function "twice": only one of "startFromBeginning" and "startFromTime" can be used',
  );
  await expect(world.start(watching({ latest: {}, all }), { feeds })).rejects.toThrow(
    'Functions "latest" and "all" share a lease, but not the same "changeFeedMode".',
  );
  for (const SINCE of ["2026-01-01T00:00:00", "2026-01-01", "soon"])
    await expect(
      world.start(watching({ zoneless: { startFromTime: "%SINCE%" } }), { feeds, settings: { SINCE } }),
    ).rejects.toThrow(`"${SINCE}" in "startFromTime" is not a time such as`);
  // The real host reads it as a time, and writes it again in a form that its own extension refuses.
  for (const startFromTime of ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00"])
    await expect(world.start(watching({ direct: { startFromTime } }), { feeds })).rejects.toThrow(
      'Function "direct": "startFromTime" is given as a time in the code, and on Azure such a trigger never starts',
    );
  const host = await world.start(watching({ latest: { startFromBeginning: true, startFromTime: "" } }), { feeds });
  await host.close();
  await expect(world.start(watching({ latest: all }), { feeds })).rejects.toThrow(
    /Function "latest": .*its lease was written in the change feed mode LatestVersion, and a switch to AllVersionsAndDeletes is not allowed/,
  );
});

test("a missing container and a missing lease container are told at the start, with the function", async () => {
  const world = makeWorld();
  const cosmos = await startCosmos(world.parts, { port: 0 });
  atEnd(() => cosmos.close());
  const feeds = { COSMOS: cosmos.feed };
  await cosmos.declare("shop", [{ id: "leases", partitionKey: "/id" }]);
  await expect(world.start("triggers", { settings, feeds })).rejects.toThrow(/Function "plain": .*items/s);
  const other = makeWorld();
  const bare = await startCosmos(other.parts, { port: 0 });
  atEnd(() => bare.close());
  await bare.declare("shop", [{ id: "items", partitionKey: "/pk" }]);
  await expect(other.start("triggers", { settings, feeds: { COSMOS: bare.feed } })).rejects.toThrow(
    /Function "plain": its lease container "leases" in the database "shop" cannot be used/,
  );
  // A trigger that makes it has one then, and so have the others.
  await makeWorld().start("triggers", { settings: { ...settings, FEEDS: "making" }, feeds: { COSMOS: bare.feed } });
  const made = await new CosmosClient(bare.connectionString).database("shop").container("leases").read();
  expect(made.resource?.partitionKey?.paths).toEqual(["/id"]);
});

test("a function that asks for all versions gets each of them, and deletions, from where it was before a restart", async () => {
  const versions = { ...settings, FEEDS: "versions" };
  const allVersions = { milliseconds: 7 * 86_400_000 };
  const before = makeWorld();
  const first = await startShop(before, { allVersions });
  await first.items.items.create(item("old", 0));
  const host = await before.start("triggers", { settings: versions, feeds: { COSMOS: first.cosmos.feed } });
  await before.work.idle();
  await host.close();
  await first.items.items.create(item("a", 1));
  await first.items.items.upsert(item("a", 2));
  await first.items.item("a", "p").delete();
  await first.cosmos.close();
  const world = makeWorld({ store: before.store });
  const { cosmos, items } = await startShop(world, { allVersions });
  await world.start("triggers", { settings: versions, feeds: { COSMOS: cosmos.feed } });
  await world.work.idle();
  expect(got(world, "versions")).toEqual(["create a1,replace a2,delete a"]);
  await items.item("old", "p").delete();
  await world.work.idle();
  expect(got(world, "versions").at(-1)).toBe("delete old");
  const other = makeWorld();
  const { cosmos: plain } = await startShop(other);
  await expect(other.start("triggers", { settings: versions, feeds: { COSMOS: plain.feed } })).rejects.toThrow(
    /Function "versions": .*mode must be enabled/,
  );
});
