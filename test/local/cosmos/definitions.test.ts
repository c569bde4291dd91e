import type { ContainerRequest } from "@azure/cosmos";
import { expect, test } from "vitest";
import { hashed, refusal, request, startStack } from "./stack.ts";

/** Creates a container from whatever a client may send. */
async function makers() {
  const stack = await startStack();
  let made = 0;
  const create = (more: object) =>
    stack.client
      .database("crema")
      .containers.create({ id: `c${made++}`, partitionKey: hashed("/pk"), ...more } as ContainerRequest);
  return { ...stack, create };
}

test("what a container has and is not emulated is refused by name, unless it is switched off", async () => {
  const { create } = await makers();
  const features = {
    vectorEmbeddingPolicy: { vectorEmbeddings: [{ path: "/v", dataType: "float32", dimensions: 3 }] },
    fullTextPolicy: { defaultLanguage: "en-US", fullTextPaths: [{ path: "/t", language: "en-US" }] },
    clientEncryptionPolicy: { policyFormatVersion: 1, includedPaths: [{ path: "/a" }] },
    analyticalStorageTtl: -1,
    materializedViewDefinition: { sourceCollectionId: "a" },
    surprise: true,
  };
  for (const [name, value] of Object.entries(features)) {
    const { code, message } = await refusal(create({ [name]: value }));
    expect([code, message], name).toEqual([400, expect.stringContaining(`"${name}"`)]);
  }
  for (const name of ["vectorIndexes", "fullTextIndexes", "surprise"]) {
    const indexingPolicy = { [name]: [{ path: "/v", type: "flat" }] };
    expect((await refusal(create({ indexingPolicy }))).message, name).toContain(`"${name}"`);
  }
  const custom = { mode: "Custom", conflictResolutionProcedure: "dbs/crema/colls/a/sprocs/p" };
  expect((await refusal(create({ conflictResolutionPolicy: custom }))).message).toContain("not emulated");
  const off = { changeFeedPolicy: { retentionDuration: 0 }, vectorEmbeddingPolicy: { vectorEmbeddings: [] } };
  const made = await create({ ...off, analyticalStorageTtl: 0, indexingPolicy: { vectorIndexes: [] } });
  expect(made.statusCode).toBe(201);
  const replaced = { ...made.resource, ...features } as never;
  expect((await refusal(made.container.replace(replaced))).message).toContain("vectorEmbeddingPolicy");
});

test("an answer has what the service adds, and can be sent back as it is", async () => {
  const { create } = await makers();
  const { container } = await create({ partitionKey: { paths: ["/pk"] } });
  const { resource } = await container.read();
  expect(resource).toMatchObject({
    partitionKey: { paths: ["/pk"], kind: "Hash" },
    geospatialConfig: { type: "Geography" },
    conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/_ts" },
    indexingPolicy: { excludedPaths: [{ path: '/"_etag"/?' }] },
    _docs: "docs/",
  });
  expect((await container.replace(resource as never)).statusCode).toBe(200);
});

test("what is chosen once, when a container is made, cannot be changed, and stays where it is left out", async () => {
  const { create } = await makers();
  const policy = { conflictResolutionPolicy: { mode: "LastWriterWins", conflictResolutionPath: "/priority" } };
  const { container } = await create(policy);
  const { resource } = await container.read();
  const { id = "", partitionKey } = resource ?? {};
  const given = (more: object) => container.replace({ id, partitionKey, ...more } as never);
  for (const [more, says] of [
    [{ partitionKey: hashed("/other") }, "The partition key"],
    [{ partitionKey: { ...partitionKey, version: 1 } }, "The version of the partition key"],
    [{ partitionKey: { ...partitionKey, kind: "MultiHash" } }, "The kind of the partition key"],
    [{ uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/a"] }] } }, "The unique keys"],
    [{ conflictResolutionPolicy: { mode: "LastWriterWins" } }, "The conflict resolution policy"],
  ] as const) {
    const { code, message } = await refusal(given(more));
    expect([code, message]).toEqual([400, expect.stringMatching(`${says} of the container '${id}' cannot be changed`)]);
  }
  const replaced = await given({ partitionKey: { paths: ["/pk"] }, defaultTtl: 60 });
  expect(replaced.resource).toMatchObject({ ...policy, partitionKey, defaultTtl: 60 });
});

test("partition key paths are letters, digits and _, or stand in quotes", async () => {
  const { create } = await makers();
  for (const path of ["/id ds", "/id/", "/a-b", "/a/*", "/a/?", "/a/[]/b", "//a", "/", '/"a', "/'a", "/a\\b"]) {
    const { code, message } = await refusal(create({ partitionKey: { paths: [path], version: 2 } }));
    expect([code, message], path).toEqual([400, expect.stringContaining("must contain only valid characters")]);
  }
  const second = { paths: ["id", "/id2"], kind: "MultiHash", version: 2 };
  expect((await refusal(create({ partitionKey: second }))).message).toContain(
    "The partition key component definition path 'id' could not be accepted",
  );
  expect((await refusal(create({ partitionKey: { ...second, paths: ["/a", "/a"] } }))).code).toBe(400);
  expect((await refusal(create({ partitionKey: { paths: ["/a"], kind: "Range" } }))).message).toContain("kind");
  expect((await refusal(create({ partitionKey: { paths: ["/a"], version: 3 } }))).message).toContain("version");
  for (const quote of ['"', "'"]) {
    const { container } = await create({ partitionKey: { paths: [`/${quote}a /b${quote}/c_1`], version: 2 } });
    await container.items.create({ id: "1", "a /b": { c_1: "x" } });
    expect((await container.item("1", "x").read()).statusCode).toBe(200);
    const found = await container.items.query('SELECT VALUE c.id FROM c WHERE c["a /b"].c_1 = "x"').fetchAll();
    expect(found.resources).toEqual(["1"]);
  }
});

test("an indexing policy says what becomes of everything, by / or /*, and its paths are looked at", async () => {
  const { create } = await makers();
  const { container } = await create({ indexingPolicy: { includedPaths: [{ path: "/" }] } });
  await container.items.create({ id: "1", pk: "a", n: { deep: 2 } });
  await container.items.create({ id: "2", pk: "a", n: { deep: 1 } });
  const ordered = container.items.query("SELECT VALUE c.id FROM c ORDER BY c.n.deep", { partitionKey: "a" });
  expect((await ordered.fetchAll()).resources).toEqual(["2", "1"]);
  const excluded = await create({ indexingPolicy: { excludedPaths: [{ path: "/*" }] } });
  expect(excluded.resource?.indexingPolicy?.includedPaths).toEqual([]);
  const bad = {
    "not provided": { includedPaths: [{ path: "/a/?" }], excludedPaths: [] },
    "'/a' could not be accepted": { includedPaths: [{ path: "/*" }], excludedPaths: [{ path: "/a" }] },
    "occurs twice": { includedPaths: [{ path: "/*" }], excludedPaths: [{ path: "/*" }] },
    "2 to 8 paths": { compositeIndexes: [[{ path: "/a" }]] },
    '"ascending" or "descending"': { compositeIndexes: [[{ path: "/a", order: "up" }, { path: "/b" }]] },
    '"consistent" or "none"': { indexingMode: "lazy" },
  };
  for (const [words, indexingPolicy] of Object.entries(bad)) {
    expect((await refusal(create({ indexingPolicy }))).message).toContain(words);
  }
});

test("throughput is kept, read back, changed, and refused where it cannot be", async () => {
  const { create, client, cosmos } = await makers();
  const { container } = await create({ throughput: 500 });
  const { resource: offer } = await container.readOffer();
  expect(offer?.content).toMatchObject({ offerThroughput: 500 });
  const changed = { ...offer, content: { offerThroughput: 700 } } as never;
  await client.offer(offer?.id ?? "").replace(changed);
  expect((await container.readOffer()).resource?.content?.offerThroughput).toBe(700);
  const scaled = await create({ maxThroughput: 4000 });
  const settings = (await scaled.container.readOffer()).resource?.content?.offerAutopilotSettings;
  expect(settings).toMatchObject({ maxThroughput: 4000 });
  const shared = await client.databases.create({ id: "shared", throughput: 400 });
  expect((await shared.database.readOffer()).resource?.content?.offerThroughput).toBe(400);
  const within = await shared.database.containers.create({ id: "a", partitionKey: "/pk" });
  expect((await within.container.readOffer()).resource).toBeUndefined();
  await container.delete();
  expect((await refusal(client.offer(offer?.id ?? "").read())).code).toBe(404);
  for (const throughput of [399, 450, 2_000_000]) {
    expect((await refusal(create({ throughput }))).message).toContain("valid throughput values");
  }
  const both = { "x-ms-offer-throughput": "400", "x-ms-cosmos-offer-autopilot-settings": '{"maxThroughput":4000}' };
  expect((await request(cosmos, "POST", "/dbs", '{"id":"x"}', both)).status).toBe(400);
});

test("what a container holds and may hold is told when asked for, and nothing ever conflicts", async () => {
  const { cosmos, container } = await startStack();
  await container.items.create({ id: "1", storeId: "s1" });
  const { headers } = await container.read({ populateQuotaInfo: true });
  expect(headers["x-ms-resource-quota"]).toContain("collectionSize=10485760;");
  expect(headers["x-ms-resource-usage"]).toContain("documentsCount=1;");
  expect(headers["x-ms-documentdb-collection-index-transformation-progress"]).toBe("100");
  expect((await container.conflicts.readAll().fetchAll()).resources).toEqual([]);
  for (const method of ["GET", "DELETE"])
    expect((await request(cosmos, method, "/dbs/crema/colls/orders/conflicts/c1")).status).toBe(404);
});

test("an object or an array as a partition key value is as good as none", async () => {
  const { cosmos, container, client } = await startStack();
  await container.items.create({ id: "1", storeId: {} });
  for (const value of [{ a: 1 }, [1]]) {
    const item = JSON.stringify({ id: JSON.stringify(value), storeId: value });
    const none = { "x-ms-documentdb-partitionkey": "[{}]" };
    expect((await request(cosmos, "POST", "/dbs/crema/colls/orders/docs", item, none)).status).toBe(201);
    expect((await container.item(JSON.stringify(value)).read()).statusCode).toBe(200);
  }
  expect((await container.item("1").read()).statusCode).toBe(200);
  const { container: tree } = await client.database("crema").containers.create({
    id: "tree",
    partitionKey: { paths: ["/a", "/b"], version: 2, kind: "MultiHash" } as never,
  });
  await tree.items.create({ id: "1", a: "x", b: {} });
  const found = tree.items.query("SELECT VALUE c.id FROM c", { partitionKey: ["x"] });
  expect((await found.fetchAll()).resources).toEqual(["1"]);
});

test("an item's ttl is -1 or seconds; null is refused", async () => {
  const { container } = await startStack();
  for (const ttl of [null, 0, -10, 1.5, "5"]) {
    expect((await refusal(container.items.create({ id: "1", storeId: "s1", ttl: ttl as never }))).code).toBe(400);
  }
});

test("a spatial index has a path and types, and is completed as the service does", async () => {
  const { create } = await makers();
  const policy = (index: object) => ({ indexingPolicy: { spatialIndexes: [index], includedPaths: [{ path: "/*" }] } });
  const types = ["Point"];
  const boundingBox = { xmin: 0, ymin: 0, xmax: 10, ymax: 10 };
  const { container } = await create(policy({ path: "/place/*", types, boundingBox }) as never);
  expect((await container.read()).resource?.indexingPolicy?.spatialIndexes).toEqual([
    { path: "/place/*", types: ["Point", "LineString", "Polygon", "MultiPolygon"], boundingBox },
  ]);
  const refused: [object, string][] = [
    [{ path: "/place/*" }, "types"],
    [{ path: "/place/*", types: [] }, "The spatial data types array cannot be empty."],
    [{ path: "/place/*", types: "Point" }, "types"],
    [{ path: "/place/*", types: ["Circle"] }, "Circle"],
    [{ path: "/place", types }, "/place"],
    [{ path: "/place/*", types, boundingBox: { xmin: 0 } }, "boundingBox"],
    [{ path: "/place/*", types, precision: 3 }, "precision"],
  ];
  for (const [index, why] of refused) {
    const { code, message } = await refusal(create(policy(index) as never));
    expect([code, message], why).toEqual([400, expect.stringContaining(why)]);
  }
  const computedProperties = [{ name: "place", query: "SELECT VALUE LOWER(c.name) FROM c" }];
  const computed = await refusal(create({ ...policy({ path: "/place/*", types }), computedProperties } as never));
  expect([computed.code, computed.message]).toEqual([400, expect.stringContaining("has a spatial index")]);
});
