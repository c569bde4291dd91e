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
