import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { CosmosClient } from "@azure/cosmos";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readSettings } from "../../functions/platform/settings.ts";
import { type LocalAzure, startLocalAzure } from "../../local/index.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { channelWarning, defaultSender, settle } from "../../tools/hooks/choices.ts";
import { masked } from "../../tools/hooks/masked.ts";
import { openedMessage, openStore } from "../../tools/hooks/open-store.ts";
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

/** Runs a hook beside an azd that writes down what it is asked. @returns how it ended, and that */
function withAzd(hook: string, given: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "crema-azd-"));
  try {
    const said = join(folder, "said");
    const azd = `#!${process.execPath}\nrequire("node:fs").appendFileSync(${JSON.stringify(said)}, JSON.stringify(process.argv.slice(2)) + "\\n");\n`;
    writeFileSync(join(folder, "azd"), azd, { mode: 0o755 });
    const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
    const { PATH, HOME } = process.env;
    const env = { PATH: `${folder}:${PATH}`, HOME, ...given };
    const { status, stdout } = spawnSync(process.execPath, [tsx, join(root, hook)], {
      env,
      input: "",
      encoding: "utf8",
    });
    return {
      status,
      stdout,
      asked: readFileSync(said, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(process.platform === "win32")(
  "before the core layer the environment is given the number and the month, and the channel is warned of",
  () => {
    const given = { FIRST_ADMIN_PHONE: "+1 (425) 555-0100", BUDGET_START: "2026-02-01" };
    const { status, stdout, asked } = withAzd("tools/hooks/before-core.ts", given);
    expect(status).toBe(0);
    expect(asked).toEqual([
      ["env", "set", "FIRST_ADMIN_PHONE", "+14255550100"],
      ["env", "set", "BUDGET_START", "2026-02-01"],
    ]);
    expect(stdout).toContain("NOT FOR CUSTOMERS");
  },
);

test.skipIf(process.platform === "win32")(
  "after `azd down` the environment names no month for the next budget: Azure takes none that is over",
  () => {
    const hook = (parse(readFileSync(join(root, "azure.yaml"), "utf8")) as { hooks?: { postdown?: { run: string } } })
      .hooks?.postdown?.run;
    const { status, asked } = withAzd(hook ?? "no-hook", { BUDGET_START: "2026-09-01" });
    expect(status).toBe(0);
    expect(asked).toEqual([["env", "set", "BUDGET_START", ""]]);
  },
);

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

  test("a budget that is not made has no first month, which would be over when it is made", async () => {
    const env = { FIRST_ADMIN_PHONE: "+14255550100", MONTHLY_BUDGET: "0" };
    await expect(settle({ ...env, BUDGET_START: "2026-02-01" }, now)).resolves.toMatchObject({ budgetStart: "" });
    await expect(settle({ ...env, CI: "true" }, now)).resolves.toMatchObject({ budgetStart: "" });
  });

  test("a pipeline is told with which month the budget began: it would settle another each month, and Azure takes no other", async () => {
    const env = { FIRST_ADMIN_PHONE: "+14255550100", CI: "true", BUDGET_START: "" };
    await expect(settle(env, now)).rejects.toThrow(/^BUDGET_START is not set: .* 2026-11-01 if this is the first/);
    await expect(settle({ ...env, BUDGET_START: "2026-09-01" }, now)).resolves.toMatchObject({
      budgetStart: "2026-09-01",
    });
  });

  test.each([
    [{}, "azd env set FIRST_ADMIN_PHONE"],
    [{ FIRST_ADMIN_PHONE: "425 555 0100" }, "country code"],
    [{ FIRST_ADMIN_PHONE: "+1 23" }, "not a phone number"],
    [{ FIRST_ADMIN_PHONE: "+1 900 555 0100" }, "not the number of a mobile phone"],
    [
      { FIRST_ADMIN_PHONE: "+14255550100", SMS_COUNTRIES: "DE,FR" },
      "No codes are sent to United States. SMS_COUNTRIES",
    ],
    [{ FIRST_ADMIN_PHONE: "+14255550100", SMS_COUNTRIES: "USA" }, '"USA" is none'],
    [{ FIRST_ADMIN_PHONE: "+14255550100", BUDGET_START: "2026-11-15" }, "first of a month"],
    [{ FIRST_ADMIN_PHONE: "+14255550100", SMS_CHANNEL: "email" }, "console or sms"],
    [{ FIRST_ADMIN_PHONE: "+14255550100", CREMA_EXTENSIONS: "nosuch" }, 'There is no extension "nosuch"'],
    [
      { FIRST_ADMIN_PHONE: "+14255550100", SMS_CHANNEL: "sms", SMS_FROM: "my stand" },
      'SMS_FROM is "my stand"; it must be',
    ],
  ])("%j is refused with words that help", async (env, words) => {
    await expect(settle(env, now)).rejects.toThrow(words);
  });

  const FIRST_ADMIN_PHONE = "+14255550100";
  test.each([
    ["CREMA_PROFILE", "prod", "lean or production"],
    ["SMS_CHANNEL", "email", "console or sms"],
    ["SMS_DATA_LOCATION", "Mars", "Africa, Asia Pacific, "],
    ["DURABLE_BACKEND", "nonsense", "storage or scheduler"],
    ["STORE_TIME_ZONE", "Europe/Berln", "the name of a time zone, such as Europe/Berlin"],
    ["CODES_PER_ADDRESS", "many", "a whole number from 1"],
    ["CODES_PER_HOUR", "0", "a whole number from 1"],
    ["CODES_PER_DAY", "1.5", "a whole number from 1"],
    ["SMS_COUNTRIES", "USA", "codes of countries"],
    ["PUSH_HOSTS", "https://push.apple.com", "names of hosts"],
    ["AZURE_WEB_LOCATION", "mars", "centralus, eastasia, eastus2, westeurope or westus2"],
    ["CREMA_NODE_VERSION", "20", "22 or 24"],
    ["ALERT_EMAIL", "nobody", "one address, such as you@example.com"],
    ["MONTHLY_BUDGET", "50 EUR", "a whole number, 0 for no budget"],
    ["SOURCE_URL", "github.com/o/r", "an https: address"],
    ["CREMA_EXTENSIONS", "nosuch", "There is no extension"],
  ])("%s=%s is refused before anything is made, and is told what it may be", async (name, value, words) => {
    const refused = await settle({ FIRST_ADMIN_PHONE, [name]: value }, now).catch((error: Error) => error.message);
    for (const part of [name, `"${value}"`, words]) expect(refused).toContain(part);
    // A pipeline gives an empty value for what is not set.
    await expect(settle({ FIRST_ADMIN_PHONE, [name]: "" }, now)).resolves.toBeDefined();
  });

  test("every choice of docs/deploy.md is looked at, with the values that the templates take", async () => {
    const page = readFileSync(join(root, "docs/deploy.md"), "utf8");
    const names = [...page.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name = ""]) => name);
    const wrong = Object.fromEntries(names.map((name) => [name, "?!"]));
    const refused = (env: object) => settle({ ...env }, now).catch((error: Error) => error.message);
    const words = `${await refused({ ...wrong, SMS_CHANNEL: "sms" })}${await refused({ SMS_CHANNEL: "?!" })}`;
    for (const name of names.filter((each) => !["FIRST_ADMIN_PHONE", "BUDGET_START"].includes(each)))
      expect(words).toContain(`${name} `);
    const bicep = readFileSync(join(root, "infra/core/main.bicep"), "utf8");
    for (const [parameter, name] of [
      ["webLocation", "AZURE_WEB_LOCATION"],
      ["profile", "CREMA_PROFILE"],
      ["smsChannel", "SMS_CHANNEL"],
      ["nodeVersion", "CREMA_NODE_VERSION"],
    ] as const) {
      const values = new RegExp(`^param ${parameter} (.+)$`, "m").exec(bicep)?.[1]?.match(/\w+/g) ?? [];
      expect(values.length).toBeGreaterThan(1);
      expect(await refused({ FIRST_ADMIN_PHONE, [name]: "?!" })).toBe(
        `${name} is "?!"; it must be ${values.slice(0, -1).join(", ")} or ${values.at(-1)}.`,
      );
    }
  });

  test("all that is wrong is told at once", async () => {
    await expect(settle({ CODES_PER_HOUR: "0", CREMA_PROFILE: "prod" }, now)).rejects.toThrow(
      /CREMA_PROFILE .*\nCODES_PER_HOUR /,
    );
  });

  test("a number that is refused is not written out: the logs of a pipeline may be public", async () => {
    const refused = settle({ FIRST_ADMIN_PHONE: "+1 425 555 010" }, now);
    await expect(refused).rejects.toThrow(/FIRST_ADMIN_PHONE is "\*+10": /);
  });

  test("codes in the log are warned of, loudly; sent ones are not", () => {
    expect(channelWarning({})).toContain("NOT FOR CUSTOMERS");
    expect(channelWarning({ SMS_CHANNEL: "console", SMS_FROM: "+18005550199" })).toContain("NOT FOR CUSTOMERS");
    for (const SMS_FROM of ["+18005550199", "Crema"]) {
      expect(channelWarning({ SMS_CHANNEL: "sms", SMS_FROM })).toBeUndefined();
    }
  });
});

describe("sms without a sender, as before a number could be bought", () => {
  // An empty one is what a pipeline gives for a variable that is not set.
  test.each([{}, { SMS_FROM: "" }])("%j goes on, and says loudly what to do", async (sender) => {
    const env = { FIRST_ADMIN_PHONE: "+14255550100", SMS_CHANNEL: "sms", ...sender };
    expect(await settle(env, now)).toMatchObject({ adminPhone: "+14255550100" });
    const warning = channelWarning(env) ?? "";
    for (const words of ["MAY NOT ARRIVE", "Phone numbers", "azd env set SMS_FROM +", "azd up"]) {
      expect(warning).toContain(words);
    }
    const lines = warning.trim().split("\n");
    expect(new Set(lines.map((line) => line.trim().length)).size).toBe(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("the name that takes its place is the template's, and the application starts with it", () => {
    const file = readFileSync(join(root, "infra/core/main.parameters.json"), "utf8");
    expect(JSON.parse(file).parameters.smsFrom.value).toBe(`\${SMS_FROM=${defaultSender}}`);
    const problems = (SMS_FROM: string) => {
      try {
        readSettings({ SMS_CHANNEL: "sms", SMS_FROM });
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(problems(defaultSender)).not.toContain("SMS_FROM");
    expect(problems("")).toContain("SMS_FROM");
  });
});

test("a phone number is told by its last two digits", () => {
  expect(masked("+14255550177")).toBe("**********77");
  expect(openedMessage(true, "+14255550177")).toBe("The store is new; its first admin has the number **********77.");
  expect(openedMessage(false, "+14255550177")).not.toMatch(/\d/);
  expect(readFileSync(join(root, "tools/hooks/after-eventing.ts"), "utf8")).not.toContain("${adminPhone");
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

  /** The container by the SDK, of an account that answers a batch with each of these statuses in turn, and with the last ever after. */
  async function refusing(...statuses: number[]) {
    const { endpoint } = azure.cosmos;
    const server = createServer(async (request, response) => {
      const body = await buffer(request);
      if (request.headers["x-ms-cosmos-is-batch-request"] !== undefined) {
        const status = statuses.length > 1 ? (statuses.shift() as number) : (statuses[0] as number);
        response.writeHead(status, { "content-type": "application/json" });
        return void response.end(JSON.stringify({ code: String(status), message: "Request blocked by Auth" }));
      }
      const { connection: _, host: _host, ...headers } = request.headers;
      const answer = await fetch(new URL(request.url ?? "/", endpoint), {
        ...{ method: request.method ?? "GET", headers: headers as Record<string, string> },
        ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    });
    await new Promise<void>((listens) => server.listen(0, "127.0.0.1", listens));
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const one = new CosmosClient({
      endpoint: own,
      key: /AccountKey=([^;]+)/.exec(azure.endpoints.cosmos.connectionString)?.[1] ?? "",
      connectionPolicy: { enableEndpointDiscovery: false },
    });
    closing.push(() => {
      one.dispose();
      server.closeAllConnections();
      server.close();
    });
    return one.database("crema").container("config");
  }
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  test("waits until the role has spread, gives up on anything else", async () => {
    const pauses: number[] = [];
    const pause = async (milliseconds: number) => void pauses.push(milliseconds);
    await expect(openStore(await refusing(403, 403, 404), options, pause)).rejects.toThrow(
      /^The store main could not be given its first documents: 404 /,
    );
    expect(pauses).toEqual([15_000, 15_000]);
  });

  test("gives up after ten minutes, and says what to do", async () => {
    let minutes = 0;
    const pause = async (milliseconds: number) => {
      minutes += milliseconds / 60_000;
    };
    await expect(openStore(await refusing(403), options, pause)).rejects.toThrow(
      /^The store main could not be given its first documents: 403 .*Request blocked by Auth\n.*azd provision eventing --no-state$/,
    );
    expect(minutes).toBeCloseTo(9.75);
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
