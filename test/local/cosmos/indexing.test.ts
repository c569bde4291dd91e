import type { ContainerRequest } from "@azure/cosmos";
import { expect, test } from "vitest";
import { hashed, refusal, startStack } from "./stack.ts";

/** Makes containers with an indexing policy, and asks one for the ids of what is in it. */
async function indexed() {
  const { client } = await startStack();
  let made = 0;
  const make = async (indexingPolicy: object, more: object = {}) => {
    const request = { id: `c${made++}`, partitionKey: hashed("/pk"), indexingPolicy, ...more } as ContainerRequest;
    return (await client.database("crema").containers.create(request)).container;
  };
  return { make };
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
