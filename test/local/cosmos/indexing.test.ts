import type { ContainerRequest } from "@azure/cosmos";
import { expect, test } from "vitest";
import { hashed, refusal, startStack } from "./stack.ts";

/** Makes containers with an indexing policy, and asks one for the ids of what is in it. */
async function indexed() {
  const { client, cosmos } = await startStack();
  let made = 0;
  const make = async (indexingPolicy: object, more: object = {}) => {
    const request = { id: `c${made++}`, partitionKey: hashed("/pk"), indexingPolicy, ...more } as ContainerRequest;
    return (await client.database("crema").containers.create(request)).container;
  };
  return { make, cosmos };
}

const nothing = { indexingMode: "consistent", includedPaths: [], excludedPaths: [{ path: "/*" }] };

test("id and _ts are indexed whatever the policy excludes, but not in the mode none", async () => {
  const { make } = await indexed();
  const named = { excludedPaths: [{ path: "/id/?" }, { path: "/_ts/?" }] };
  for (const policy of [nothing, named]) {
    const container = await make(policy);
    for (const id of ["b", "a"]) await container.items.create({ id, pk: "p" });
    const ids = async (rest: string) =>
      (await container.items.query(`SELECT VALUE c.id FROM c ${rest}`, { partitionKey: "p" }).fetchAll()).resources;
    expect(await ids("ORDER BY c.id")).toEqual(["a", "b"]);
    expect(await ids("ORDER BY c._ts")).toHaveLength(2);
    expect(await ids("WHERE c._ts > 0 AND c.id = 'a' ORDER BY c.id DESC")).toEqual(["a"]);
  }
  const container = await make(nothing);
  const asked = async (text: string) =>
    container.items.query(text, { partitionKey: "p", populateIndexMetrics: true }).fetchAll();
  const { indexMetrics } = await asked("SELECT * FROM c WHERE c._ts > 0 AND c.n = 1");
  expect(JSON.parse(indexMetrics)).toMatchObject({
    UtilizedIndexes: { SingleIndexes: [{ IndexSpec: "/_ts/?" }] },
    PotentialIndexes: { SingleIndexes: [{ IndexSpec: "/n/?" }] },
  });
  for (const path of ["c.n", "c._etag", "c.o.id"]) {
    expect((await refusal(asked(`SELECT * FROM c ORDER BY ${path}`))).message).toContain("is excluded");
  }
  const none = await make({ indexingMode: "none" });
  const ordered = none.items.query("SELECT * FROM c ORDER BY c.id", { partitionKey: "p" }).fetchAll();
  expect((await refusal(ordered)).message).toContain("is excluded");
});

test("a time to live and the indexing mode none exclude each other, whichever comes first", async () => {
  const { make, cosmos } = await indexed();
  const none = { indexingMode: "none" };
  const words = "Indexing mode value cannot be 'none' when 'defaultTtl' is specified";
  for (const defaultTtl of [-1, 60]) {
    expect(await refusal(make(none, { defaultTtl }))).toMatchObject({
      code: 400,
      message: expect.stringContaining(words),
    });
  }
  const expiring = await make(nothing, { defaultTtl: -1 });
  const { resource } = await expiring.read();
  expect((await refusal(expiring.replace({ ...resource, indexingPolicy: none } as never))).message).toContain(words);
  const plain = await make({ indexingMode: "None" });
  const unindexed = (await plain.read()).resource;
  expect((await refusal(plain.replace({ ...unindexed, defaultTtl: 60 } as never))).message).toContain(words);
  expect((await plain.read()).resource).not.toHaveProperty("defaultTtl");
  const both = { id: "declared", partitionKey: "/pk", defaultTtl: 60, indexingPolicy: none };
  expect((await refusal(cosmos.declare("crema", [both]))).message).toContain(words);
  await plain.replace({ ...unindexed, indexingPolicy: nothing, defaultTtl: 60 } as never);
  await plain.replace({ ...unindexed, defaultTtl: undefined } as never);
});

test("tuple indexes are taken as documented, serve no order, and wrong ones are told what is right", async () => {
  const { make } = await indexed();
  const right = [
    "/events/[]/{name, category}/?",
    "/events/[]/{name/first, name/last}/?",
    "/events/[]/{name/[1]/first, category}/?",
    "/events/[]/{[1], [3]}/?",
    "/city/[1]/events/[]/{name, category}/?",
    '/"the events"/[]/{"a, b"/c,d_1,e}/?',
  ];
  const includedPaths = right.map((path) => ({ path }));
  const container = await make({ includedPaths, excludedPaths: [{ path: "/*" }] });
  expect((await container.read()).resource?.indexingPolicy?.includedPaths).toEqual(includedPaths);
  await container.items.create({ id: "1", pk: "p", events: [{ name: "a", category: "b" }] });
  const ids = (text: string) => container.items.query(text, { partitionKey: "p" }).fetchAll();
  const filter = "EXISTS (SELECT VALUE e FROM e IN c.events WHERE e.name = 'a' AND e.category = 'b')";
  expect((await ids(`SELECT VALUE c.id FROM c WHERE ${filter}`)).resources).toEqual(["1"]);
  for (const path of ["c.events", "c.events[0].name"]) {
    expect((await refusal(ids(`SELECT * FROM c ORDER BY ${path}`))).message).toContain("is excluded");
  }
  const wrong = [
    "/events/[]/{name/[]/first, category}/?",
    "/events/[]/{name, category}/*",
    "/events/[]/{{name, first},category}/?",
    "/events/{name, category}/?",
    "/events/[]/{/name,/category}/?",
    "/events/[]/{name/?,category/?}/?",
    "/city/[]/events/[]/{name, category}/?",
    "/events/[]/{name}/?",
    "/[]/{name, category}/?",
    "/events/[]/{name, category}",
  ];
  const all = { path: "/*" };
  for (const path of wrong) {
    const { code, message } = await refusal(make({ includedPaths: [all, { path }] }));
    expect([code, message], path).toEqual([
      400,
      expect.stringMatching(/could not be accepted.*A tuple path looks like/),
    ]);
  }
  const elsewhere = { includedPaths: [all], excludedPaths: [{ path: right[0] }] };
  expect((await refusal(make(elsewhere))).message).toContain("belongs in includedPaths");
  expect((await refusal(make({ compositeIndexes: [[{ path: right[0] }, { path: "/a" }]] }))).code).toBe(400);
});
