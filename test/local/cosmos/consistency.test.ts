import { ConsistencyLevel, CosmosClient } from "@azure/cosmos";
import { expect, onTestFinished, test } from "vitest";
import { refusal, request, startStack } from "./stack.ts";

const item = { id: "1", storeId: "roma" };

/** A client that asks for a consistency. */
function clientAt({ cosmos }: Awaited<ReturnType<typeof startStack>>, consistencyLevel: ConsistencyLevel) {
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key, consistencyLevel });
  onTestFinished(() => client.dispose());
  return client.database("crema").container("orders");
}

test("an account has Session consistency unless told otherwise, and says which it has", async () => {
  const [usual, strong] = [await startStack(), await startStack({ consistency: "Strong" })];
  const levelOf = async ({ client }: typeof usual) => (await client.getDatabaseAccount()).resource?.consistencyPolicy;
  expect(await levelOf(usual)).toBe("Session");
  expect(await levelOf(strong)).toBe("Strong");
});

test("a request may ask for the account's consistency or a weaker one", async () => {
  const stack = await startStack({ consistency: "BoundedStaleness" });
  await stack.container.items.create(item);
  const read = (level: ConsistencyLevel) => clientAt(stack, level).item("1", "roma").read();
  for (const level of [ConsistencyLevel.BoundedStaleness, ConsistencyLevel.Session, ConsistencyLevel.Eventual]) {
    expect((await read(level)).statusCode).toBe(200);
  }
  expect(await refusal(read(ConsistencyLevel.Strong))).toMatchObject({
    code: 400,
    message: expect.stringContaining("configured with consistency level BoundedStaleness"),
  });
});

test("a read at the two strongest levels costs twice, a write the same", async () => {
  const costs = async (consistency: "Strong" | "BoundedStaleness" | "Session", asked?: ConsistencyLevel) => {
    const stack = await startStack({ consistency });
    const container = asked === undefined ? stack.container : clientAt(stack, asked);
    const write = await container.items.create(item);
    const read = await container.item("1", "roma").read();
    const query = await container.items.query("SELECT * FROM c", { partitionKey: "roma" }).fetchAll();
    return { write: write.requestCharge, read: read.requestCharge, query: query.requestCharge };
  };
  const usual = await costs("Session");
  const twice = { write: usual.write, read: 2 * usual.read, query: 2 * usual.query };
  expect(await costs("Strong")).toEqual(twice);
  expect(await costs("BoundedStaleness")).toEqual(twice);
  expect(await costs("Strong", ConsistencyLevel.Session)).toEqual(usual);
});

test("a session token counts at Session consistency alone", async () => {
  // The SDK would try again without the token.
  const headers = { "x-ms-session-token": "0:-1#100000", "x-ms-documentdb-partitionkey": '["roma"]' };
  const read = async (consistency: "Strong" | "Session") => {
    const { cosmos, container } = await startStack({ consistency });
    await container.items.create(item);
    return (await request(cosmos, "GET", "/dbs/crema/colls/orders/docs/1", undefined, headers)).status;
  };
  expect(await read("Session")).toBe(404);
  expect(await read("Strong")).toBe(200);
});
