import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalAzure, startLocalAzure } from "../../local/index.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { channelWarning, settle } from "../../tools/hooks/choices.ts";
import { openStore } from "../../tools/hooks/open-store.ts";
import { resources } from "../../tools/stand-options.ts";

const now = new Date("2026-11-25T12:00:00Z");
const root = join(import.meta.dirname, "../..");

test.each([
  ["before-core", "No first admin"],
  ["build-site", "API_URL is not in the azd environment"],
  ["after-eventing", "SITE_URL is not in the azd environment"],
])("%s runs as azd runs it, with tsx, and says in one line what it misses", (hook, message) => {
  const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsx, join(root, "tools", "hooks", `${hook}.ts`)], {
    env: { PATH, HOME },
    input: "",
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(message)]);
});

describe("what `azd up` must be told", () => {
  test("the environment is kept, the number in one form", async () => {
    const env = { FIRST_ADMIN_PHONE: "+1 (425) 555-0100", BUDGET_START: "2026-02-01" };
    expect(await settle(env, now)).toEqual({ adminPhone: "+14255550100", budgetStart: "2026-02-01" });
  });

  test("it is asked for when it is not there, and the budget begins this month", async () => {
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return "+14255550100";
    };
    expect(await settle({}, now, ask)).toEqual({ adminPhone: "+14255550100", budgetStart: "2026-11-01" });
    expect(asked).toHaveLength(1);
  });

  test.each([
    [{}, "azd env set FIRST_ADMIN_PHONE"],
    [{ FIRST_ADMIN_PHONE: "425 555 0100" }, "country code"],
    [{ FIRST_ADMIN_PHONE: "+1 23" }, "not a phone number"],
    [{ FIRST_ADMIN_PHONE: "+14255550100", BUDGET_START: "2026-11-15" }, "first of a month"],
    [{ FIRST_ADMIN_PHONE: "+14255550100", SMS_CHANNEL: "email" }, "console or sms"],
    [{ FIRST_ADMIN_PHONE: "+14255550100", SMS_CHANNEL: "sms" }, "azd env set SMS_FROM"],
  ])("%j is refused with words that help", async (env, words) => {
    await expect(settle(env, now)).rejects.toThrow(words);
  });

  test("codes in the log are warned of, loudly; sent ones are not", () => {
    expect(channelWarning({})).toContain("NOT FOR CUSTOMERS");
    expect(channelWarning({ SMS_CHANNEL: "sms" })).toBeUndefined();
  });
});

describe("a new store", () => {
  let azure: LocalAzure;
  let client: CosmosClient;
  const config = () => client.database("crema").container("config");
  const options = { storeId: "main", adminPhone: "+14255550177", timeZone: "Europe/Paris" };
  const noPause = () => Promise.reject(new Error("nothing was to be tried again"));

  beforeAll(async () => {
    azure = await startLocalAzure({ resources, log: silentLog });
    client = new CosmosClient(azure.endpoints.cosmos.connectionString);
  });
  afterAll(async () => {
    client.dispose();
    await azure.stop();
  });

  test("waits until the role has spread, gives up on anything else", async () => {
    const pauses: number[] = [];
    let calls = 0;
    const container = {
      items: {
        batch: async () => {
          if (++calls < 3) throw Object.assign(new Error("not yet"), { code: 403 });
          throw Object.assign(new Error("no such account"), { code: 404 });
        },
      },
    } as unknown as Parameters<typeof openStore>[0];
    const pause = async (milliseconds: number) => void pauses.push(milliseconds);
    await expect(openStore(container, options, pause)).rejects.toThrow("no such account");
    expect(pauses).toEqual([15_000, 15_000]);
  });

  test("has one admin, who was named, and nobody out of the seed's fiction; opened again it is left as it is", async () => {
    expect(await openStore(config(), options, noPause)).toBe(true);
    const staff = await config().items.query("SELECT * FROM c WHERE c.kind = 'staff'").fetchAll();
    expect(staff.resources).toMatchObject([{ phone: "+14255550177", roles: ["admin", "barista"] }]);
    const { resource } = await config().item("store", "main").read();
    expect(resource).toMatchObject({ timeZone: "Europe/Paris" });

    expect(await openStore(config(), { ...options, adminPhone: "+14255550178" }, noPause)).toBe(false);
    const again = await config().items.query("SELECT c.phone FROM c WHERE c.kind = 'staff'").fetchAll();
    expect(again.resources).toEqual([{ phone: "+14255550177" }]);
  });
});
