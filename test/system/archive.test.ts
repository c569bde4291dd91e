import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CosmosClient } from "@azure/cosmos";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type CremaEvent, parseEvent } from "../../contracts/events.ts";
import type { OrderReply } from "../../contracts/http.ts";
import type { InsightsReply } from "../../contracts/insights.ts";
import type { Order } from "../../functions/orders/order.ts";
import { signalOf, startOf } from "../../functions/orders/workflow.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import { fresh, sampleOf } from "../../tools/events/inject.ts";
import { workflowsApi } from "../../tools/events/workflows.ts";
import { root } from "../../tools/stand-options.ts";
import { Terminal } from "../tools/events/terminal.ts";
import type { Listener, Person } from "./person.ts";
import { Stand } from "./stand.ts";
import { submitWithoutNumber } from "./without-number.ts";

/** `npm run events` on a running stand, as an operator uses it: through the addresses that the stand's own page tells. */
const noon = Date.parse("2026-06-15T10:05:30Z");
const note = "for Mr Smith at the window";
const espresso = { drinkId: "drink:espresso" };

let stand: Stand;
let [admin, barista, display]: Person[] = [];
let terminals: Terminal[] = [];
/** Ids of the orders of the day, by how they went. */
const orders: Record<string, string> = {};
const customers: Person[] = [];

function terminal(): Terminal {
  const one = new Terminal();
  one.pause = () => stand.settle();
  terminals.push(one);
  return one;
}
const run = (line: string, at = terminal()) => at.run(...line.split(" "), "--at", stand.azure.controlUrl);
const json = (lines: string[]) => lines.map((line) => JSON.parse(line) as CremaEvent);
const container = (name: string) => {
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  return client.database("crema").container(name);
};
const workflow = (id: string | undefined) => stand.azure.durable.instance(id ?? "")?.status;

async function scanned(): Promise<{ id: string; customer: Person }> {
  const customer = await stand.person();
  customers.push(customer);
  return { id: await stand.scan(customer, display as Person), customer };
}
async function submitted(): Promise<string> {
  const { id, customer } = await scanned();
  await customer.command(id, "submit", espresso);
  await stand.settle();
  return id;
}
async function by(commands: string[], id: string, body = {}): Promise<void> {
  for (const command of commands) {
    await stand.advance("20 s");
    await barista?.command(id, command, body);
  }
  await stand.settle();
}

beforeAll(async () => {
  stand = await Stand.open({ heldAt: noon });
  [admin, barista, display] = [await stand.admin(), await stand.barista(), await stand.display()];
  await stand.configure(admin, { scansPerCode: 1000 });
  orders.collected = await submitted();
  await by(["claim", "ready", "collect"], orders.collected);
  orders.cancelled = await submitted();
  await by(["cancel"], orders.cancelled, { note });
  orders.left = await submitted();
  await by(["claim", "ready"], orders.left);
  orders.expired = (await scanned()).id;
  // The one that nobody fetches is counted when it has been ready for an hour.
  await stand.advance("70 min");
});
afterEach(() => {
  for (const one of terminals) one.close();
  terminals = [];
});
afterAll(() => stand.close());

describe("list and show", () => {
  test("tell what happened, by type, subject and order, in columns or as JSON", async () => {
    const { code, out } = await run("list --since 1d");
    expect(code).toBe(0);
    const lines = out.slice(1);
    expect(out[0]).toMatch(/^TIME \(UTC\) +TYPE +ID +WHAT$/);
    const times = lines.map((line) => line.slice(0, 23));
    expect(times).toEqual(times.toSorted());
    expect(lines.find((line) => line.includes("order.ready"))).toMatch(
      /^2026-06-15 10:0\d:\d\d\.\d{3} {2}order\.ready +[0-9a-f-]{36}-5 +#1 Espresso ready$/,
    );

    const whole = json((await run("list --since 1d --json")).out);
    expect(whole).toHaveLength(lines.length);
    for (const event of whole) expect(parseEvent(event)).toHaveProperty("event");
    const ready = json((await run("list --type order.ready --json")).out);
    expect(ready.map(({ type }) => type)).toEqual(["crema.order.ready.v1", "crema.order.ready.v1"]);
    const own = json((await run(`list --order ${orders.collected?.slice(0, 8)} --json`)).out);
    expect(new Set(own.map(({ correlationid }) => correlationid))).toEqual(new Set([orders.collected]));
    expect(own.map(({ type }) => type)[0]).toBe("crema.code.scanned.v1");
    expect((await run("list --order 1 --json")).out).toEqual(own.map((event) => JSON.stringify(event)));
    const left = json((await run(`list --subject orders/${orders.left} --json`)).out);
    // Nobody came for it, and it was called again.
    expect(left.map(({ type }) => type.slice(12, -3))).toEqual([
      "admitted",
      "submitted",
      "queued",
      "claimed",
      "ready",
      "called",
    ]);
    const newest = whole.slice(-2).map((event) => JSON.stringify(event));
    expect((await run("list --last 2 --json")).out).toEqual(newest);
    expect((await run("list --since 1d --last 2 --json")).out).toEqual(newest);
    // Numbers begin anew each day: the order that had it last is meant.
    const before = {
      ...(
        await container("orders")
          .item(orders.collected ?? "", "main")
          .read()
      ).resource,
    };
    const yesterday = { ...before, id: "0b1c2d3e-4f50-4123-8456-789abcdef0aa", createdAt: "2026-06-14T10:00:00.000Z" };
    await container("orders").items.create(yesterday);
    expect((await run("list --order 1 --json")).out).toEqual(own.map((event) => JSON.stringify(event)));
    await container("orders").item(yesterday.id, "main").delete();
    expect(await run("list --until 30d")).toMatchObject({ code: 0, err: [expect.stringContaining("No such event")] });
    expect(await run("list --order 99")).toMatchObject({ code: 1, err: ["No order of main has the number 99."] });
  });

  test("show an event with what led to it, and an order as a tree", async () => {
    const { out } = await run(`show ${orders.collected}-3`);
    expect(out[0]).toBe("crema.order.queued.v1");
    expect(out).toContain(`  came of        ${orders.collected}-2 (order.submitted)`);
    expect(out).toContain(`  led to         ${orders.collected}-4 (order.claimed)`);
    const tree = (await run(`show --order ${orders.cancelled}`)).out;
    expect(tree.map((line) => line.slice(25, 55).trimEnd())).toEqual([
      "code.scanned",
      "  order.admitted",
      "    order.submitted",
      "      order.queued",
      "        order.cancelled",
    ]);
    const whole = (await run("show --type order.cancelled")).out;
    expect(whole.filter((line) => !line.startsWith(" "))).toEqual(["crema.order.cancelled.v1"]);
    expect(whole).toContain(`  subject        stores/main/orders/${orders.cancelled}`);
    expect((await run(`show --order ${orders.cancelled} --type code --json`)).out).toHaveLength(1);
    expect(await run("show nothing")).toMatchObject({
      code: 1,
      err: [expect.stringContaining("has no event nothing")],
    });
  });

  test("follow what happens, with what the outbox tells of documents, until they are stopped", async () => {
    const at = terminal();
    const seen = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    let pauses = 0;
    at.pause = async () => {
      looked.resolve();
      // The first look finds nothing new; the next one is taken when something has happened.
      if (pauses++ === 0) await seen.promise;
      else at.stop();
    };
    const following = run("list --follow --json --last 0", at);
    await looked.promise;
    const { id, customer } = await scanned();
    await customer.command(id, "cancel");
    await stand.settle();
    seen.resolve();
    const { code, out } = await following;
    await stand.advance("1 min");
    expect(code).toBe(0);
    expect(json(out).map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "crema.code.scanned.v1",
        "crema.order.admitted.v1",
        "crema.order.cancelled.v1",
        "crema.queue.changed.v1",
      ]),
    );
  });
});

test("as a program of its own it ends by Ctrl-C, and when nobody reads on", async () => {
  const program = [join(root, "tools", "events.ts"), "list", "--at", stand.azure.controlUrl];
  const following = spawn(process.execPath, [...program, "--follow"], { stdio: ["ignore", "pipe", "inherit"] });
  const [first] = await once(following.stdout.setEncoding("utf8"), "data");
  expect(first).toContain("TIME (UTC)");
  following.kill("SIGINT");
  expect(await once(following, "exit")).toEqual([0, null]);
  const cut = spawn(process.execPath, [...program, "--since", "1d"], { stdio: ["ignore", "pipe", "pipe"] });
  cut.stdout.destroy();
  expect(await once(cut, "exit")).toEqual([0, null]);
});

test("an export has every event of the period, each valid, and nothing of anybody", async () => {
  const at = terminal();
  const file = join(at.runs, "day.ndjson");
  const { code, err } = await run(`export --since 1d --out ${file}`, at);
  expect(code).toBe(0);
  const original = json((await run("list --since 1d --json")).out);
  expect(err).toEqual([`${original.length} events of the local stand at ${new URL(stand.api).host} are in ${file}.`]);
  const text = readFileSync(file, "utf8");
  const exported = json(text.trimEnd().split("\n"));
  expect(exported.map(({ type, time }) => [type, time])).toEqual(original.map(({ type, time }) => [type, time]));
  for (const event of exported) expect(parseEvent(event)).toHaveProperty("event");
  const people = original.flatMap(({ data, correlationid, traceparent }) => [
    ...("order" in data
      ? [data.order.id, data.order.customerId, data.order.barista?.id, data.order.barista?.name]
      : []),
    ...("orderId" in data ? [data.customerId, data.orderId, correlationid] : []),
    traceparent?.split("-")[1],
  ]);
  const secrets = new Set(
    [...people, note, "Bea", ...customers.map(({ phone }) => phone.slice(2))].filter((one) => one !== undefined),
  );
  expect(secrets.size).toBeGreaterThan(20);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).toContain('"Barista 1"');
  // To standard output it is the same.
  expect((await run("export --since 1d")).out.join("\n")).toBe(text.trimEnd());
});

test("an export that is refused leaves the file as it was", async () => {
  const at = terminal();
  const file = join(at.runs, "kept.ndjson");
  writeFileSync(file, "of yesterday\n");
  for (const wrong of ["--type order.redy", "--since 1h --until 2h", "--order ffffffff"])
    expect((await run(`export --out ${file} ${wrong}`, at)).code).toBeGreaterThan(0);
  expect(readFileSync(file, "utf8")).toBe("of yesterday\n");
  expect((await run(`export --out ${file} --since 2020-01-01 --until 2020-01-02`, at)).code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe("");
});

test.each([
  ["nothing", "--since 2020-01-01 --until 2020-01-02"],
  ["a day", "--since 1d"],
])("where an export of %s can be written to no file, it says to which", async (_, period) => {
  const at = terminal();
  const { code, err } = await run(`export ${period} --out ${at.runs}`, at);
  expect({ code, err }).toEqual({ code: 1, err: [expect.stringContaining(`${at.runs} cannot be written: EISDIR`)] });
});

test("an export that is stopped has all that it says", async () => {
  const at = terminal();
  const file = join(at.runs, "part.ndjson");
  at.progressed = (line) => line.startsWith("3 events") && at.stop();
  const { code, err } = await run(`export --since 1d --out ${file}`, at);
  expect({ code, err }).toEqual({ code: 130, err: [`Stopped after 3 events: ${file} ends there.`] });
  expect(readFileSync(file, "utf8").match(/\n/g)).toHaveLength(3);
});

describe("a day that is told again to insights", () => {
  let screens: Listener[];
  const figures = async () => {
    const { now: _, ...rest } = await (admin as Person).get<InsightsReply & { now: string }>("/insights?by=hour");
    return rest;
  };
  const hours = async () =>
    (await container("insights").items.readAll<{ id: string; storeId: string }>().fetchAll()).resources;
  const forget = async () => {
    for (const { id, storeId } of await hours()) await container("insights").item(id, storeId).delete();
  };

  test("gives the same figures out of nothing, and nobody else hears of it: no workflow starts, no screen is told", async () => {
    const refused = await (customers[0] as Person)
      .post("/scans", { code: "none" })
      .catch(({ problem }) => problem.code);
    expect(refused).toBe("code-unknown");
    await stand.advance("7 min");
    const before = await figures();
    expect(before.total).toMatchObject({
      scans: 6,
      refusedScans: { "code-unknown": 1 },
      ready: 2,
      collected: 1,
      expired: { choosing: 1 },
    });
    screens = await Promise.all([admin, barista, display].map((one) => (one as Person).listen()));
    const heard = screens.map((screen) => screen.heard.length);
    const [executions, instances] = [
      { ...stand.azure.functions?.meters.executions },
      [...stand.azure.durable.instances()].length,
    ];
    await forget();
    expect((await figures()).total.scans).toBe(0);

    expect((await run("replay --since 1d --to insights --dry-run")).out).toEqual([
      "insights would get 7 events:",
      ...["2  order.cancelled", "1  order.collected", "1  order.expired", "2  order.ready", "1  scans.refused"].map(
        (line) => `        ${line}`,
      ),
      expect.stringMatching(/^They are from .* Nothing was sent\.$/),
    ]);
    expect((await figures()).total.scans).toBe(0);

    const { code, out } = await run("replay --since 1d --to insights");
    expect(code).toBe(0);
    expect(out).toEqual([
      expect.stringMatching(/^Replayed \d events to insights: run insights-20260615T\d{6}-[0-9a-f]{4}\.$/),
    ]);
    await stand.settle();
    expect(await figures()).toEqual(before);

    const after = stand.azure.functions?.meters.executions ?? {};
    const changed = Object.keys(after).filter(
      (name) => JSON.stringify(after[name]) !== JSON.stringify(executions[name]),
    );
    expect(changed.filter((name) => !name.startsWith("insights-"))).toEqual(["services"]);
    expect([...stand.azure.durable.instances()].length).toBe(instances);
    expect(screens.map((screen) => screen.heard.length)).toEqual(heard);
    expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
    for (const screen of screens) screen.close();
    const [without] = extensionsIn();
    if (without) {
      const name = without.subscriptions[0]?.name ?? "";
      const refused = await run(`replay --since 1d --to ${name}`);
      expect([refused.code, refused.err]).toEqual([1, [expect.stringContaining("it runs without that extension")]]);
    }
    // Told once more, over what is there.
    await run("replay --since 1d --to insights");
    await stand.settle();
    expect(await figures()).toEqual(before);
  });

  test("at the speed that is asked for, stopped and taken up again where it was, each event once", async () => {
    const before = await figures();
    await forget();
    const at = terminal();
    const published = stand.azure.eventGrid.meters.published;
    at.pause = async () => {
      // Stopped in the longest of its pauses, before the order that was left to expire.
      if (at.paused > 3_000) at.stop();
    };
    const stopped = await run("replay --since 1d --to insights --speed 60", at);
    expect(stopped.code).toBe(130);
    const [, id = ""] = /--resume (\S+)$/.exec(stopped.err.at(-1) ?? "") ?? [];
    const first = stand.azure.eventGrid.meters.published - published;
    expect(stopped.err.at(-1)).toContain(`Stopped after ${first} events, up to 2026-06-15T`);
    expect(first).toBeGreaterThan(0);

    const again = new Terminal();
    writeFileSync(join(again.runs, `${id}.json`), readFileSync(join(at.runs, `${id}.json`)));
    expect(await run(`replay --resume ${id} --to insights`, again)).toMatchObject({ code: 2 });
    const { code, out } = await run(`replay --resume ${id} --speed 100000`, again);
    expect(code).toBe(0);
    const all = stand.azure.eventGrid.meters.published - published;
    expect(all).toBeGreaterThan(first);
    expect(out).toEqual([`Replayed ${all} events to insights: run ${id}.`]);
    expect(await run(`replay --resume ${id}`, again)).toMatchObject({
      code: 2,
      err: [expect.stringContaining("is complete")],
    });
    await stand.settle();
    expect(await figures()).toEqual(before);
    again.close();
  });

  test("out of a file of lines, which are orders of their own", async () => {
    const at = terminal();
    const file = join(at.runs, "day.ndjson");
    await run(`export --since 1d --out ${file}`, at);
    const before = await figures();
    await forget();
    expect((await run(`replay --file ${file} --to insights`, at)).code).toBe(0);
    await stand.settle();
    expect(await figures()).toEqual(before);
    await forget();
    await run("replay --since 1d --to insights");
    await stand.settle();

    // Of a stand whose clock is ahead of this one's; and of another store, whose figures this one would keep for ever.
    const lines = readFileSync(file, "utf8");
    const told = (await run(`replay --file ${file} --to insights --dry-run`, at)).out[0];
    writeFileSync(file, `\uFEFF${lines.replaceAll("2026-06-1", "2036-06-1")}`);
    expect((await run(`replay --file ${file} --to insights --dry-run`, at)).out[0]).toBe(told);
    writeFileSync(file, lines.replaceAll("stores/main/", "stores/annex/"));
    const { published } = stand.azure.eventGrid.meters;
    const { code, err } = await run(`replay --file ${file} --to insights`, at);
    expect(err.at(-1)).toBe(
      `${file} has events of the store annex, and the replay is for main; choose the store with --store.`,
    );
    expect([code, stand.azure.eventGrid.meters.published]).toEqual([1, published]);
  });
});

describe("inject", () => {
  test("publishes a sample as a new fact: a scan begins an order", async () => {
    const { code, out } = await run("inject --sample code.scanned");
    expect(code).toBe(0);
    await stand.settle();
    const [, uuid = ""] = /injected-(\S+) /.exec(out[0] ?? "") ?? [];
    expect(workflow(uuid)).toBeDefined();
    // It is not in the archive, which holds what happened.
    expect(await run(`show injected-${uuid}`)).toMatchObject({ code: 1 });
  });

  test("publishes a file, after it has said what it would publish; and refuses what the schema refuses", async () => {
    const at = terminal();
    const file = join(at.runs, "event.json");
    const event = fresh(
      sampleOf("queue.changed"),
      "main",
      "2026-06-15T11:00:00.000Z",
      "0b1c2d3e-4f50-4123-8456-789abcdef012",
    );
    writeFileSync(file, JSON.stringify(event));
    const published = stand.azure.eventGrid.meters.published;
    expect((await run(`inject ${file} --dry-run`, at)).out).toEqual([JSON.stringify(event, null, 2)]);
    expect(stand.azure.eventGrid.meters.published).toBe(published);
    expect((await run(`inject ${file}`, at)).code).toBe(0);
    expect(stand.azure.eventGrid.meters.published).toBe(published + 1);
    writeFileSync(file, JSON.stringify({ ...event, data: { queue: { active: -1 } } }));
    const refused = await run(`inject ${file}`, at);
    expect(refused.code).toBe(1);
    expect(refused.err.join("\n")).toMatch(/data\.queue\.active: /);
    expect(stand.azure.eventGrid.meters.published).toBe(published + 1);
  });
});

/** What happens when the first dead letter is to be removed: what it gives is the answer. */
function whenRemoved(happens: () => Response | undefined) {
  const ask = globalThis.fetch;
  let first = true;
  return vi.spyOn(globalThis, "fetch").mockImplementation(async (...asked) => {
    const answer = first && asked[1]?.method === "DELETE" ? happens() : undefined;
    first &&= asked[1]?.method !== "DELETE";
    return answer ?? ask(...asked);
  });
}

test("dead letters are listed with the reason and the last answer, and sent again, one or all", async () => {
  expect(await run("dead-letters")).toMatchObject({
    code: 0,
    out: [],
    err: [expect.stringContaining("no dead letters")],
  });
  const { endpoint, key } = stand.azure.endpoints.eventGrid;
  const headers = { "aeg-sas-key": key, "content-type": "application/cloudevents-batch+json" };
  const bad = ["poison-1", "poison-2"].map((id) => ({ ...sampleOf("order.claimed"), id, data: {} }));
  await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(bad) });
  // What five attempts take.
  const giveUp = () => stand.advance("11 min");
  await giveUp();
  const { out } = await run("dead-letters");
  expect(out).toHaveLength(3);
  expect(out[1]).toMatch(
    /^[0-9a-f-]{36} {2}publisher-again +order\.claimed +poison-[12] +\w+: \d attempts, the last answered \w+ \(500\) at 2026-06-15T/,
  );
  const letters = (await run("dead-letters --json")).out.map((line) => JSON.parse(line));
  // It was told again to the one who could not take it.
  const again = bad.map((event) => ({ ...event, subject: `again/publisher/${event.subject}` }));
  expect(letters.map(({ event }) => event)).toEqual(expect.arrayContaining(again));
  expect((await run("dead-letters --subscription workflows-again")).out).toEqual([]);

  // What Event Grid does not take stays where it is, and the others have their turn.
  stand.azure.faults.add({ service: "eventgrid", operation: "publish", harm: "refuse", status: 400, times: 1 });
  const refused = await run("dead-letters redrive --subscription publisher-again --all");
  expect(refused).toMatchObject({
    code: 1,
    out: ["Sent again: 1 event. Left: 1; run the same command again to continue."],
    err: [expect.stringContaining("took no event")],
  });
  await giveUp();
  expect((await run("dead-letters --json")).out).toHaveLength(2);

  const published = stand.azure.eventGrid.meters.published;
  expect((await run("dead-letters redrive poison-1")).out).toEqual(["Sent again: 1 event."]);
  expect(stand.azure.eventGrid.meters.published).toBe(published + 1);
  expect((await run("dead-letters")).out).toHaveLength(2);
  expect(await run("dead-letters redrive poison-1")).toMatchObject({
    code: 1,
    err: ["There is no dead letter poison-1."],
  });
  // It is as bad as it was.
  await giveUp();

  // What could not be removed lies there still, and that is said; the other one is gone.
  const idsOf = async () => (await run("dead-letters --json")).out.map((line) => JSON.parse(line).id as string);
  const [first] = await idsOf();
  const refusing = whenRemoved(() => new Response("busy", { status: 503 }));
  expect(await run("dead-letters redrive --all")).toMatchObject({
    code: 1,
    out: ["Sent again: 2 events. Left: 1; run the same command again to continue."],
    err: [
      expect.stringMatching(
        new RegExp(`^${first}: was sent again, but its dead letter could not be removed.* answered 503`),
      ),
    ],
  });
  refusing.mockRestore();
  expect(await idsOf()).toEqual([first]);
  await giveUp();
  // Stopped in the middle: what was sent is away, once for both letters that hold it, and what was not is left.
  expect(await idsOf()).toHaveLength(3);
  const stopped = terminal();
  const before = stand.azure.eventGrid.meters.published;
  const stopping = whenRemoved(() => void stopped.stop());
  expect(await run("dead-letters redrive --all", stopped)).toMatchObject({
    code: 130,
    out: ["Sent again: 1 event. Left: 1; run the same command again to continue."],
  });
  stopping.mockRestore();
  expect(stand.azure.eventGrid.meters.published).toBe(before + 1);
  expect(await idsOf()).toHaveLength(1);
  await giveUp();
  expect((await run("dead-letters redrive --all")).out).toEqual(["Sent again: 2 events."]);
  expect((await run("dead-letters")).out).toEqual([]);
  expect(await fetch(new URL("/deadletters", endpoint))).toMatchObject({ status: 401 });
  await giveUp();
  await run("dead-letters redrive --all");
});

describe("repair", () => {
  /** Nothing reaches the workflows, nor who hears with them. */
  const deaf = () => {
    stand.azure.eventGrid.faults.delivery = (_, subscription) =>
      subscription === "services" ? { times: 0 } : undefined;
  };
  afterEach(() => {
    stand.azure.eventGrid.faults.delivery = undefined;
  });
  const terminate = async (id: string) => {
    const url = `${stand.azure.functions?.origin}/runtime/webhooks/durabletask/instances/${id}/terminate`;
    await fetch(url, { method: "POST", headers: { "x-functions-key": stand.azure.durable.systemKey } });
    await stand.settle();
    expect(workflow(id)).toBe("Terminated");
  };

  test("leaves alone what is right", async () => {
    const id = await submitted();
    const { code, out } = await run(`repair ${id}`);
    expect(code).toBe(0);
    expect(out).toEqual([
      expect.stringMatching(new RegExp(`^Order ${id} \\(#\\d+ Espresso\\)$`)),
      expect.stringMatching(/^ {2}document +queued, version 3, since .*, until /),
      "  events     code.scanned, admitted, submitted, queued",
      expect.stringMatching(/^ {2}workflow +Running, since /),
      "They agree. There is nothing to do.",
    ]);
    expect(await run(`repair ${orders.collected}`)).toMatchObject({
      code: 0,
      out: expect.arrayContaining(["They agree. There is nothing to do."]),
    });
    await barista?.command(id, "cancel", { note });
  });

  test("starts the workflow that nothing was heard of, and one that was ended, and wakes one that missed something", async () => {
    deaf();
    const customer = await stand.person();
    const id = await stand.scan(customer, display as Person);
    await stand.advance("16 s");
    expect(workflow(id)).toBeUndefined();
    expect((await run(`repair ${id.slice(0, 8)} --dry-run`)).out.at(-1)).toBe("→ its workflow would be started again.");
    expect(workflow(id)).toBeUndefined();
    const begun = await run(`repair ${id.slice(0, 8)}`);
    expect(begun.out).toContain("→ its workflow was started again.");
    expect(begun.code).toBe(0);
    await stand.settle();
    expect((await stand.order(customer, id)).state).toBe("choosing");

    await submitWithoutNumber(stand);
    await stand.advance("16 s");
    const woken = await run(`repair ${id}`);
    expect(woken.out).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/submitted for \d+ s and has no number/),
        "→ its workflow was sent the event again.",
      ]),
    );
    await stand.settle();
    expect(await stand.order(customer, id)).toMatchObject({ state: "queued", number: expect.any(Number) });

    await terminate(id);
    const anew = await run(`repair ${id}`);
    expect(anew.out).toEqual(
      expect.arrayContaining([
        expect.stringContaining("but its workflow is Terminated"),
        "→ its workflow was started again.",
      ]),
    );
    await stand.settle();
    expect(workflow(id)).toBe("Running");
    // Whom the sweep was faster than: it runs already, or is over.
    const { origin = "" } = stand.azure.functions ?? {};
    const api = workflowsApi({ origin, key: stand.azure.durable.systemKey });
    const { resource } = await container("orders").item(id, "main").read<Order>();
    if (resource === undefined) throw new Error("The order is gone.");
    await api.start(id, startOf(resource));
    await api.resume(orders.collected ?? "");
    await api.raise(orders.collected ?? "", signalOf(resource));
    expect([workflow(id), workflow(orders.collected)]).toEqual(["Running", "Completed"]);
    expect(await run(`repair ${id}`)).toMatchObject({
      code: 0,
      out: expect.arrayContaining(["They agree. There is nothing to do."]),
    });
  });

  test("knows by which workflow an order goes on that was placed at the counter or taken back, and starts that one anew", async () => {
    const placed = await barista?.post<OrderReply>("/orders", espresso);
    const id = placed?.order.id ?? "";
    await stand.settle();
    await barista?.command(id, "ready");
    await barista?.command(id, "recall");
    await stand.settle();
    const driving = `${id}-recall-1`;
    expect([workflow(id), workflow(driving)]).toEqual(["Completed", "Running"]);
    await terminate(driving);
    const anew = await run(`repair ${id}`);
    expect(anew.out).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ {2}document +making, .*, placed at the counter$/),
        "  events     admitted, submitted, queued, ready, recalled",
        expect.stringContaining(`${driving}: Terminated, since `),
        "→ its workflow was started again.",
      ]),
    );
    expect(anew.code).toBe(0);
    await stand.settle();
    expect(workflow(driving)).toBe("Running");
    // Nobody fetches it.
    await barista?.command(id, "ready");
    await barista?.command(id, "give-up");
    await stand.settle();
    expect(await run(`repair ${id}`)).toMatchObject({
      code: 0,
      out: expect.arrayContaining(["They agree. There is nothing to do."]),
    });
  });

  test("says what no workflow can mend, and what is not known at all", async () => {
    await container("orders").item(`${orders.collected}-3`, "main").delete();
    const { code, out } = await run(`repair ${orders.collected}`);
    expect(code).toBe(1);
    expect(out).toEqual(
      expect.arrayContaining([
        expect.stringContaining("has no event of version 3"),
        "The workflow cannot mend that. Nothing was done.",
      ]),
    );
    expect(await run("repair 0b1c2d3e-4f50-4123-8456-789abcdef012")).toMatchObject({
      code: 1,
      err: [expect.stringContaining("Nothing is known")],
    });
    expect(await run("repair Zoë")).toMatchObject({ code: 2 });
  });
});
