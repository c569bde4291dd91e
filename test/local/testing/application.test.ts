import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readApplication } from "../../../local/application.ts";

/** A folder with these files, given as values of JSON or as text. */
function folder(files: Record<string, unknown>): string {
  const made = mkdtempSync(join(tmpdir(), "crema-application-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(join(made, name), typeof value === "string" ? value : JSON.stringify(value));
  }
  return made;
}

/** What local-azure.json refers to, in the form it has there. */
const reference = (name: string) => `\${${name}}`;
const names = [
  "cosmos.connectionString",
  "eventGrid.endpoint",
  "eventGrid.key",
  "webPubSub.connectionString",
  "sms.connectionString",
];

const good = { "package.json": { main: "src/*.js" }, "host.json": { version: "2.0" } };
const endpoints = {
  cosmos: { connectionString: "the cosmos account" },
  eventGrid: { endpoint: "the topic", key: "the key" },
  webPubSub: { connectionString: "the hub" },
  sms: { connectionString: "the phone" },
};

test("an application with nothing but its two files needs nothing else", () => {
  const root = folder(good);
  const { resources, application } = readApplication(root);
  expect(resources).toEqual({});
  expect(application).toMatchObject({ root, cors: [] });
  expect(application.settings(endpoints)).toEqual({});
});

test("settings: local-azure.json wins over local.settings.json, and what is given over both", () => {
  const root = folder({
    ...good,
    // With the mark that some editors put in front.
    "local.settings.json": `\uFEFF${JSON.stringify({ IsEncrypted: false, Values: { A: "1", B: "1", C: "1" }, Host: { CORS: "http://a, http://b" } })}`,
    "local-azure.json": {
      settings: {
        B: "2",
        C: "2",
        ALL: names.map(reference).join(", "),
      },
      cors: ["http://b", "http://c"],
    },
  });
  const { application } = readApplication(root, { C: "3" });
  expect(application.settings(endpoints)).toEqual({
    ...{ A: "1", B: "2", C: "3" },
    ALL: "the cosmos account, the topic, the key, the hub, the phone",
  });
  expect(application.cors).toEqual(["http://b", "http://c", "http://a"]);
});

test.each([
  ["no package.json", { "host.json": good["host.json"] }, "has no package.json"],
  ["no main", { ...good, "package.json": {} }, 'has no "main"'],
  ["no host.json", { "package.json": good["package.json"] }, "has no host.json"],
  ["an old host.json", { ...good, "host.json": {} }, 'must say "version": "2.0"'],
  ["null as host.json", { ...good, "host.json": "null" }, 'must say "version": "2.0"'],
  ["text that is no JSON", { ...good, "local.settings.json": "{" }, "local.settings.json is not JSON"],
  ["encrypted settings", { ...good, "local.settings.json": { IsEncrypted: true } }, "func settings decrypt"],
  ["a setting that is no text", { ...good, "local.settings.json": { Values: { A: 1 } } }, "must be text"],
  ["a name that is not known", { ...good, "local-azure.json": { resource: {} } }, 'Unrecognized key: "resource"'],
  [
    "a partition key that is no path",
    {
      ...good,
      "local-azure.json": { resources: { cosmos: { database: "d", containers: [{ id: "c", partitionKey: "id" }] } } },
    },
    'must be a path such as "/storeId"',
  ],
  [
    "a reference to nothing",
    { ...good, "local-azure.json": { settings: { A: reference("cosmos.key") } } },
    `There are ${reference("cosmos.connectionString")}`,
  ],
])("%s is refused in words", (_, files, words) => {
  const root = folder(files);
  expect(() => readApplication(root)).toThrow(words);
  expect(() => readApplication(root)).toThrow(root);
});

test("a folder that is not there is named", () => {
  expect(() => readApplication("/nowhere/at/all")).toThrow("There is no folder /nowhere/at/all");
});
