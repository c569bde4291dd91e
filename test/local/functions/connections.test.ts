import { expect, test } from "vitest";
import { durableOptionsOf } from "../../../local/durable/host-settings.ts";
import { connectionString, namedSetting } from "../../../local/functions/bindings/connections.ts";
import { accessesOf } from "../../../local/functions/bindings/web-pubsub-options.ts";
import { defineFunctions } from "../../../local/functions/definition.ts";
import { hostId } from "../../../local/functions/storage/host-id.ts";
import { makeApp } from "./harness.ts";

test.each([
  ["Storage", { Storage: "own", AzureWebJobsStorage: "host's" }, "host's"],
  ["Storage", { AzureWebJobsStorage: "host's", Storage: "own" }, "host's"],
  ["Storage", { Storage: "own" }, "own"],
  ["storage", { AZUREWEBJOBSSTORAGE: "host's" }, "host's"],
  ["Orders", { ConnectionStrings__Orders: "listed", Orders: "own" }, "listed"],
  ["Orders", { AzureWebJobsOrders: "first", ConnectionStrings__Orders: "listed" }, "first"],
  ["Orders:Storage", { Orders__Storage: "own" }, "own"],
  ["orders:storage", { "Orders:Storage": "own" }, "own"],
])("the connection %s among %j is %s, as on Azure", (name, settings, found) => {
  expect(connectionString(settings as Record<string, string>, name)).toBe(found);
});

test.each([
  [
    "Orders__Storage",
    { Orders__Storage: "own" },
    'the setting "Orders__Storage" with the connection string is missing. On Azure a name with two underscores finds no setting, since they are read as a colon: write "Orders:Storage" here, and leave the setting as it is.',
  ],
  [
    "Storage",
    { AzureWebJobsStorage: "", Storage: "own" },
    'the setting "AzureWebJobsStorage", which comes before "Storage", is empty.',
  ],
  [
    "Storage",
    { AzureWebJobsStorage__accountName: "x", Storage: "own" },
    "There is AzureWebJobsStorage__accountName: an identity-based connection",
  ],
  ["constructor", {}, 'the setting "constructor" with the connection string is missing.'],
])("the connection %s among %j is refused", (name, settings, why) => {
  expect(() => connectionString(settings as Record<string, string>, name)).toThrow(why);
});

test("the service of a Web PubSub trigger without a connection is found in the same order", () => {
  const at = (name: string) => `Endpoint=https://${name}.example;AccessKey=k;Version=1.0;`;
  const settings = {
    WebPubSubConnectionString: at("own"),
    AzureWebJobsWebPubSubConnectionString: at("first"),
  };
  expect(JSON.stringify(accessesOf({ type: "webPubSubTrigger" } as never, settings))).toContain("first.example");
});

const schedule = (text: string, settings: Record<string, string>) => {
  const bindings = { timer: { type: "timerTrigger", direction: "in", schedule: text } };
  return defineFunctions([{ id: "1", name: "a", bindings } as never], settings)[0]?.trigger.schedule;
};

test("a setting that a text names is found in any case, with a colon for two underscores, and never by two underscores", () => {
  const settings = { Orders__When: "0 0 0 * * *" };
  expect(schedule("%orders:when%", settings)).toBe("0 0 0 * * *");
  const why = 'two underscores finds no setting, since they are read as a colon: write "Orders:When" here';
  expect(() => schedule("%Orders__When%", settings)).toThrow(why);
  expect(namedSetting({ Topic__Key: "k" }, "topicKeySetting", "Topic:Key")).toBe("k");
  expect(() => namedSetting({ Topic__Key: "k" }, "topicKeySetting", "Topic__Key")).toThrow('write "Topic:Key" here');
  const hub = (hubName: string) =>
    durableOptionsOf(makeApp({}, { extensions: { durableTask: { hubName } } }), { Orders__Hub: "Hub1" }).hubName;
  expect(hub("%Orders:Hub%")).toBe("Hub1");
  expect(() => hub("%Orders__Hub%")).toThrow('write "Orders:Hub" here');
  expect(hostId("/x", { "AzureFunctionsWebHost:HostId": "given" })).toBe("given");
});
