import { expect, test } from "vitest";
import { feedsOf } from "../../../local/cosmos-feeds.ts";
import { startLocalAzure } from "../../../local/index.ts";
import { makeApp } from "./harness.ts";

const key = "a2V5IG9mIHRoZSBhY2NvdW50/+==";
const account = { httpsEndpoint: "https://127.0.0.1:7085/", key, feed: { here: true } as never };
const leading = (settings: Record<string, string>) => Object.keys(feedsOf(settings, account, ["stand.example"])).sort();

test.each([
  `AccountEndpoint=http://127.0.0.1:7085/;AccountKey=${key};`,
  `AccountEndpoint=https://127.0.0.1:7085/;AccountKey=${key};`,
  `AccountEndpoint=http://127.0.0.1:7085;AccountKey=${key}`,
  `accountkey=${key}; accountendpoint=http://localhost:7085/`,
  `AccountEndpoint=http://stand.example:7085/;AccountKey=${key};`,
])("%s leads to the local account", (COSMOS) => {
  expect(leading({ COSMOS })).toEqual(["COSMOS"]);
});

test.each([
  `AccountEndpoint=http://127.0.0.1:70851/;AccountKey=${key};`,
  `AccountEndpoint=http://other.example:7085/;AccountKey=${key};`,
  "AccountEndpoint=http://127.0.0.1:7085/;AccountKey=b3RoZXI=;",
  "AccountEndpoint=http://127.0.0.1:7085/",
  "http://127.0.0.1:7085/",
  "",
])("%j does not", (COSMOS) => {
  expect(leading({ COSMOS })).toEqual([]);
});

const here = `AccountEndpoint=http://127.0.0.1:7085/;AccountKey=${key};`;
const elsewhere = `AccountEndpoint=https://other.documents.azure.com:443/;AccountKey=${key};`;

test.each([
  [{ AzureWebJobsCosmos: here }, ["AzureWebJobsCosmos", "Cosmos"]],
  [{ AzureWebJobsCosmos: elsewhere, Cosmos: here }, []],
  [{ AzureWebJobsCosmos: here, Cosmos: elsewhere }, ["AzureWebJobsCosmos", "Cosmos"]],
  [{ Orders__Cosmos: here }, ["Orders:Cosmos"]],
  [{ SHOP__accountEndpoint: "https://127.0.0.1:7085/", SHOP__credential: "managedidentity" }, ["SHOP"]],
  [{ "SHOP:AccountEndpoint": "https://127.0.0.1:7085" }, ["SHOP"]],
  [{ SHOP__accountEndpoint: "https://127.0.0.1:70851/" }, []],
  [{ SHOP: elsewhere, SHOP__accountEndpoint: "https://127.0.0.1:7085/" }, []],
])("by %j triggers have the connections %j", (settings, names) => {
  expect(leading(settings as unknown as Record<string, string>)).toEqual(names);
});

test("a trigger whose connection is written otherwise than the reference gets its changes", async () => {
  const root = makeApp({
    "src/a.js": `import { app } from "@azure/functions";
      const seen = [];
      const watch = (name, connection) => app.cosmosDB(name, { connection, databaseName: "shop", containerName: "orders",
        leaseContainerPrefix: name, handler: (items) => void seen.push(name) });
      watch("byHttps", "SHOP");
      watch("prefixed", "cosmos");
      app.http("seen", { authLevel: "anonymous", handler: () => ({ jsonBody: seen }) });`,
  });
  const containers = ["orders", "leases"].map((id) => ({ id, partitionKey: "/id" }));
  const azure = await startLocalAzure({
    resources: { cosmos: { database: "shop", containers } },
    application: {
      root,
      settings: ({ cosmos }) => ({
        SHOP: `AccountKey=${cosmos.key};AccountEndpoint=${cosmos.httpsEndpoint}`,
        AzureWebJobsCosmos: cosmos.connectionString.replace(/;$/, ""),
      }),
    },
  });
  try {
    await azure.cosmos.manage.create("shop", "orders", { id: "1" });
    await azure.settle();
    const seen = await (await fetch(`${azure.functions?.origin}/api/seen`)).json();
    expect((seen as string[]).sort()).toEqual(["byHttps", "prefixed"]);
  } finally {
    await azure.stop();
  }
});
