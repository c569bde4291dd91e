import { Agent } from "node:https";
import { CosmosClient } from "@azure/cosmos";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../../../local/kernel/log.ts";
import { refusal, type Stack, startStack } from "./stack.ts";

/** A client as an application has it, with a credential that hands out the same text to whatever is asked for. */
function signedIn({ cosmos }: Stack, token = "anything"): { client: CosmosClient; scopes: unknown[] } {
  const scopes: unknown[] = [];
  const agent = new Agent({ ca: cosmos.certificate });
  const client = new CosmosClient({
    endpoint: cosmos.httpsEndpoint,
    agent,
    aadCredentials: {
      getToken: async (asked) => {
        scopes.push(asked);
        return { token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
      },
    },
  });
  onTestFinished(() => {
    client.dispose();
    agent.destroy();
  });
  return { client, scopes };
}

test("switched on, any Entra ID token reads and writes items over https, and manages nothing, as on Azure", async () => {
  const told: string[] = [];
  const log = createLog(({ message }) => told.push(message), "warn");
  const stack = await startStack({ entraTokens: "unchecked", log });
  expect(told).toEqual([expect.stringContaining("NOT VERIFIED")]);
  const { client, scopes } = signedIn(stack);
  const database = client.database("crema");
  const orders = database.container("orders");
  await orders.items.create({ id: "o1", storeId: "s1" });
  expect((await orders.item("o1", "s1").read()).resource?.id).toBe("o1");
  expect((await orders.items.query("SELECT VALUE c.id FROM c").fetchAll()).resources).toEqual(["o1"]);
  // The audience is the account's, and nobody looks at it.
  expect(scopes[0]).toEqual([`https://127.0.0.1:${stack.cosmos.port}/.default`]);
  expect((await client.databases.createIfNotExists({ id: "crema" })).statusCode).toBe(200);
  const managed = [
    () => client.databases.create({ id: "new" }),
    () => database.containers.create({ id: "new", partitionKey: "/id" }),
    () => orders.delete(),
    () => orders.readOffer(),
    () => database.users.create({ id: "me" }),
  ];
  for (const each of managed) {
    const { code, message } = await refusal(each());
    expect([code, message]).toEqual([403, expect.stringContaining("cannot be authorized by AAD token in data plane")]);
  }
  const plain = await fetch(new URL("/dbs", stack.cosmos.endpoint), {
    headers: { authorization: encodeURIComponent("type=aad&ver=1.0&sig=anything"), "x-ms-version": "2020-07-15" },
  });
  expect([plain.status, ((await plain.json()) as { message: string }).message]).toEqual([
    401,
    expect.stringContaining("https only"),
  ]);
});

test("otherwise an Entra ID token is refused, with what to do", async () => {
  const stack = await startStack();
  const { client } = signedIn(stack);
  const { code, message } = await refusal(client.database("crema").container("orders").item("o1", "s1").read());
  expect([code, message]).toEqual([401, expect.stringContaining("--entra-tokens-unchecked")]);
});
