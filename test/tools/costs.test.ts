import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { extensionsIn } from "../../infra/extensions.ts";
import { assumed, bill } from "../../tools/costs/bill.ts";
import type { Counts, Measured } from "../../tools/costs/counts.ts";
import { withExtensionCosts } from "../../tools/costs/extension-rows.ts";
import { measureExtensions } from "../../tools/costs/extensions.ts";
import { withFigures } from "../../tools/costs/in-figures.ts";
import { linesShown } from "../../tools/costs/listed.ts";
import { measure, sum } from "../../tools/costs/measure.ts";
import { costsPage, withCosts, withSentences } from "../../tools/costs/page.ts";
import { daysOfMonth, prices } from "../../tools/costs/prices.ts";
import { type Rush, rush } from "../../tools/costs/rush.ts";
import { shown } from "../../tools/costs/shown.ts";
import { storageOperations } from "../../tools/costs/storage.ts";
import { root } from "../../tools/stand-options.ts";

const counts = (some: Partial<Counts>): Counts => ({ ...sum([]), ...some });
const measured = (some: Partial<Measured>): Measured => ({
  order: counts({}),
  signIn: counts({}),
  refusedScan: counts({}),
  idleHour: counts({}),
  pushMessagesOfOthers: 0,
  pushMessagesOfStaff: 0,
  historyPage: 0,
  feedTriggers: 0,
  feedPollsAnHour: 0,
  orders: 1,
  ...some,
});

describe("the arithmetic", () => {
  test("request units are paid by the million, whatever took them", () => {
    const none = bill(measured({}), { ordersADay: 1000, profile: "lean" }).lines.cosmos;
    expect(none).toBe(0);
    const order = counts({ requestUnits: 80, expiryUnits: 4, feedBatches: 1 });
    const idleHour = counts({ requestUnits: 1000 });
    const { cosmos } = bill(measured({ order, idleHour, feedTriggers: 3, feedPollsAnHour: 500 }), {
      ordersADay: 1000,
      profile: "lean",
    }).lines;
    const units = daysOfMonth * (1000 * (80 + 4 + 16) + 24 * 1000 + assumed.openHours * (2 * 500 + 3 * 3800));
    expect(cosmos).toBeCloseTo((units / 1e6) * 0.25, 10);
  });

  test("what is stored is paid for the days it is kept", () => {
    // 1,000 orders a day of 1 GB-day each: on any day, 1,000 GB are there.
    const { cosmos } = bill(measured({ order: counts({ gbDays: 1 }) }), { ordersADay: 1000, profile: "lean" }).lines;
    expect(cosmos).toBeCloseTo(1000 * 0.25, 10);
  });

  test("free grants are taken off, and never more than there is", () => {
    const order = counts({ gridOperations: 10, executions: 10, busy: { http: 1, durable: 0, others: {} } });
    const few = bill(measured({ order }), { ordersADay: 100, profile: "lean" }).lines;
    expect([few.eventGrid, few.functions]).toEqual([0, 0]);
    const many = bill(measured({ order }), { ordersADay: 10_000, profile: "lean" }).lines;
    expect(many.eventGrid).toBeCloseTo(((daysOfMonth * 100_000 - 100_000) / 1e6) * 0.6, 10);
    expect(many.functions).toBeGreaterThan(((daysOfMonth * 100_000 - 250_000) / 1e6) * 0.4 - 1e-9);
  });

  test("orders that overlap share the seconds of an instance, up to all there are", () => {
    const order = counts({ busy: { http: 0, durable: 0, others: { workflows: 1 } } });
    const functions = (ordersADay: number) =>
      bill(measured({ order }), { ordersADay, profile: "production" }).lines.functions;
    const wholeDay = daysOfMonth * assumed.openHours * 3600 * assumed.instanceGb - prices.functions.freeGbSeconds;
    expect(functions(10_000_000)).toBeCloseTo(wholeDay * prices.functions.gbSecond, 4);
    expect(functions(20_000)).toBeLessThan(2 * functions(15_000));
  });

  test("two instances that wait cost what they cost, on top", () => {
    const { warm } = bill(measured({}), { ordersADay: 0.001, profile: "production" }).lines;
    expect(warm).toBeCloseTo(10.506, 3);
  });

  test("messages and connections beyond the free Web PubSub are told", () => {
    const order = counts({ pushMessages: 30 });
    const at = (ordersADay: number) =>
      bill(measured({ order, pushMessagesOfOthers: 3 }), { ordersADay, profile: "lean" });
    expect(at(100).pushOver).toBe(false);
    // 1,000 a day in ten hours, each connected seven minutes: 11.7 phones at a time.
    expect(at(1000).pushMessagesADay).toBeCloseTo(1000 * (30 + (1000 / 10) * (7 / 60) * 3), 6);
    expect(at(1000).pushOver).toBe(true);
    // Ten stands have ten queues, each told to its own phones only.
    expect(at(10_000).pushMessagesADay).toBeCloseTo(10 * at(1000).pushMessagesADay, 6);
  });

  test("alert rules are those of the templates, and dearer where they are asked more often", () => {
    const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
    const lean = read("test/infra/profiles/lean.snapshot.json");
    const types = (lean.predictedResources as { type: string }[]).map(({ type }) => type);
    const count = (wanted: string) => types.filter((type) => type === wanted).length;
    expect(count("Microsoft.Insights/scheduledQueryRules")).toBe(1);
    const rows = JSON.stringify(lean).match(/bag_pack\('Alert', /g);
    expect(rows).toHaveLength(assumed.alertRows);
    const { subscriptions } = read("infra/resources.json").eventGrid;
    expect(count("Microsoft.Insights/metricAlerts")).toBe(2);
    expect(assumed.alertSeries).toBe(subscriptions.length + 1);
    const alerts = (profile: "lean" | "production") => bill(measured({}), { ordersADay: 0, profile }).lines.alerts;
    expect(alerts("lean")).toBeCloseTo(0.5 + 4 * 0.05 + 7 * 0.1, 10);
    expect(alerts("production")).toBeCloseTo(1.5 + 4 * 0.15 + 7 * 0.1, 10);
  });

  test.each(["lean", "production"] as const)(
    "%s: what holds the bill of a day is what the template says, and the page tells it",
    (profile) => {
      const read = (path: string) => readFileSync(join(root, path), "utf8");
      const most = /"maximumInstanceCount": (\d+)/.exec(read(`test/infra/profiles/${profile}.snapshot.json`))?.[1];
      expect(assumed.instances[profile]).toBe(Number(most));
      const dollars = Number(most) * 0.5 * 24 * 3600 * prices.functions.gbSecond;
      // Flex Consumption holds each group of functions by itself, and HTTP is one group: it is not the most of the whole application.
      expect(read("docs/costs.md")).toMatch(
        new RegExp(`(instances for requests|, and ${most}) in \`${profile}\`, ${dollars.toFixed(2)}`),
      );
      expect(read("docs/costs.md")).toContain("The limit is one of each group of functions");
      expect(read("infra/core/main.bicep")).toContain(`dailyCapGb: '${assumed.dailyCapGb[profile]}'`);
    },
  );

  test("an instance's history says what Durable Functions asks of Storage", () => {
    const types = [12, 0, 4, 13, 12, 5, 10, 13, 12, 15, 13];
    const history = types.map((EventType) => ({ EventType })) as unknown as Parameters<typeof storageOperations>[0];
    // Messages: start, an activity there and back, a timer, an event.
    expect(storageOperations(history)).toEqual({ queue: 3 * 5, table: 3 * 3 + 1 + 1 });
  });
});

test("sentences of README.md and docs/deploy.md tell the figures that docs/costs.md has", () => {
  const read = (name: string) => readFileSync(join(root, name), "utf8");
  const cells = (row: RegExp) =>
    row
      .exec(read("docs/costs.md"))?.[1]
      ?.split("|")
      .map((cell) => cell.replaceAll(/[*,]/g, "").trim()) ?? [];
  const [orders, profiles, days] = [
    /^\| orders a day +\|(.*)\|$/m,
    /^\| profile +\|(.*)\|$/m,
    /^\| \*\*a day\*\* *\|(.*)\|$/m,
  ].map(cells);
  const dayOf = (ordersADay: number, profile: string) =>
    Number(days?.find((_, at) => orders?.[at] === String(ordersADay) && profiles?.[at] === profile));
  for (const [name, least] of [
    ["README.md", 1],
    ["docs/deploy.md", 3],
  ] as const) {
    const page = read(name);
    expect(page.match(/(cents|dollars) a day at [\d,]+ orders/g)?.length).toBeGreaterThanOrEqual(least);
    expect(withSentences(page, dayOf), name).toBe(page);
  }
});

test("docs/figures.md tells what an order takes as docs/costs.md has it", () => {
  const [figures = "", costs = ""] = ["docs/figures.md", "docs/costs.md"].map((name) =>
    readFileSync(join(root, name), "utf8"),
  );
  // The formatter aligns the columns of tables.
  const plain = (page: string) => page.replace(/ +/g, " ");
  expect(plain(withFigures(figures, costs))).toBe(plain(figures));
});

describe("measured on the local Azure", () => {
  let real: Measured;
  let crowd: Rush;
  beforeAll(async () => {
    real = await measure();
    crowd = await rush(50, 1);
  });

  test("every figure of an order is there", () => {
    const { busy, ...figures } = real.order;
    for (const [name, figure] of Object.entries(figures)) expect(figure, name).toBeGreaterThan(0);
    expect(busy.http).toBeCloseTo(9.8, 10);
    expect(busy.durable).toBeGreaterThan(0);
    expect(Object.keys(busy.others).sort()).toEqual(["outbox-codes", "outbox-orders", "services"]);
    expect(real.idleHour.busy.others["every-minute"]).toBe(60);
    expect(real.feedTriggers).toBe(4);
    expect(real.feedPollsAnHour).toBeLessThanOrEqual(29_520);
  });

  test("an order takes no more than it did", () => {
    const { executions, cosmosRequests, requestUnits, pushCalls, pushMessages } = real.order;
    expect(executions).toBeLessThanOrEqual(36.5);
    // One of them looks whether the customer wants to be told, should they look elsewhere.
    expect(cosmosRequests).toBeLessThanOrEqual(57);
    expect(requestUnits).toBeLessThanOrEqual(280);
    expect(pushCalls).toBeLessThanOrEqual(13.2);
    expect(pushMessages).toBeLessThanOrEqual(19.5);
  });

  test("an order takes far less with fifty at a time, where much is asked for and written once for many", () => {
    const { cosmosRequests, reads, requestUnits, executions, pushCalls } = crowd;
    expect(cosmosRequests).toBeLessThanOrEqual(9);
    expect(reads).toBeLessThanOrEqual(7);
    // Reads cost twice, see docs/decisions/0039-reads-are-strongly-consistent.md.
    expect(requestUnits).toBeLessThanOrEqual(122);
    expect(executions).toBeLessThanOrEqual(20.5);
    expect(pushCalls).toBeLessThanOrEqual(6.5);
  });

  test("a refused scan is counted in two requests and told in one event, and where none is refused a read in five minutes finds so", () => {
    const { executions, cosmosRequests, requestUnits, gridOperations, pushMessages, busy } = real.refusedScan;
    expect(executions).toBeLessThanOrEqual(4);
    expect(cosmosRequests).toBeLessThanOrEqual(14);
    expect(requestUnits).toBeLessThanOrEqual(42);
    expect([gridOperations, pushMessages, busy.others["every-minute"]]).toEqual([2, 0, 0]);
    expect(real.idleHour.cosmosRequests).toBeLessThanOrEqual(920);
    expect(real.idleHour.requestUnits).toBeLessThanOrEqual(2900);
  });

  test("a thousand orders cost less than a dollar a day, live messages and all", () => {
    const lean = bill(real, { ordersADay: 1000, profile: "lean" });
    expect(lean.day).toBeLessThanOrEqual(0.66);
    expect(lean.day - lean.lines.alerts / daysOfMonth).toBeLessThanOrEqual(0.615);
    expect(lean.pushOver).toBe(false);
    const { lines } = bill(real, { ordersADay: 1000, profile: "production" });
    expect(lines.webPubSub).toBeCloseTo(prices.webPubSub.unitDay * daysOfMonth, 10);
  });

  test("the list says of each request who asked for it and what it is about", () => {
    const rows = linesShown(crowd.lines, crowd.orders).split("\n").slice(2, -1);
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => !/^\| \w+: \S[^|]*\S \| [^|]* \| [\d.]+ \| [\d.]* \|$/.test(row))).toEqual([]);
    const batches = crowd.lines.flatMap(({ by, what }) =>
      what.startsWith("cosmos: batch orders") ? [`${by}: ${what}`] : [],
    );
    expect(batches).toContain("run orders-claim: cosmos: batch orders Replace+Create");
    expect(batches.filter((batch) => !/ (Create|Replace|Patch|Upsert|Delete)(\+\w+)*(\+…)?$/.test(batch))).toEqual([]);
    const queries = crowd.lines.flatMap(({ what }) => (what.startsWith("cosmos: query ") ? [what] : []));
    expect(queries.filter((query) => !query.includes("SELECT "))).toEqual([]);
  });

  test("the whole page comes of what was measured, and its figures are taken on by the others", async () => {
    const { name, ...one } =
      extensionsIn().find(({ name }) => name === "barista-robot") ?? expect.fail("There is no robot.");
    const added = await measureExtensions([{ name, ...one }], 1, real);
    expect([...added.keys()]).toEqual([name]);
    for (const dollars of added.get(name) ?? []) expect(dollars).toMatch(/^\d+\.\d\d$/);
    const page = withExtensionCosts(costsPage(real, crowd), [name, "another"], added);
    expect(page).toContain(`| ${name} | ${added.get(name)?.join(" | ")} |`);
    expect(page).toContain(`| another |${" not measured |".repeat(shown.length)}`);
    const read = (path: string) => readFileSync(join(root, path), "utf8");
    const others = [withFigures(read("docs/figures.md"), page), withCosts(read("docs/deploy.md"), real)];
    expect([page, ...others].join("\n")).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  test("the pages tell these figures; `npm run generate -- --costs` writes them anew", () => {
    const read = (name: string) => readFileSync(join(root, "docs", name), "utf8");
    const row = /^\| \*\*a day\*\* *\|(.*)\|$/m.exec(read("costs.md"))?.[1] ?? "";
    const costs = row.split("|").map((cell) => Number(cell.replaceAll("*", "")));
    const deploy = [...read("deploy.md").matchAll(/^\| +[\d,]+ \| (?:lean|production) +\|.*\| +([\d.]+) \|$/gm)];
    for (const told of [costs, deploy.map(([, day]) => Number(day))]) {
      expect(told).toHaveLength(shown.length);
      for (const [at, stand] of shown.entries()) {
        const { day } = bill(real, stand);
        expect(Math.abs((told[at] ?? 0) - day), JSON.stringify(stand)).toBeLessThan(0.05 * day + 0.01);
      }
    }
  });
});
