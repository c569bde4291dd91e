import { assumed, type Bill, bill } from "./bill.ts";
import type { Counts, Measured } from "./counts.ts";
import { placeOfExtensions } from "./extension-rows.ts";
import { daysOfMonth, prices, pricesOf } from "./prices.ts";
import type { Rush } from "./rush.ts";
import { shown } from "./shown.ts";

const names: Record<keyof Bill["lines"], string> = {
  functions: "Functions",
  warm: "two warm instances",
  cosmos: "Cosmos DB",
  eventGrid: "Event Grid",
  storage: "Storage (Durable Functions)",
  telemetry: "telemetry",
  webPubSub: "Web PubSub",
  alerts: "alert rules",
};

const billsOf = (measured: Measured) => shown.map((stand) => ({ ...stand, ...bill(measured, stand) }));

const start = "<!-- costs: written by tools/costs.ts -->\n";
const end = "<!-- end of costs -->";

/**
 * docs/deploy.md with the sums of a month and a day in the place that it has for them.
 * @throws Error when it has none.
 */
export function withCosts(page: string, measured: Measured): string {
  const [before, after] = [page.indexOf(start), page.indexOf(end)];
  if (before === -1 || after < before)
    throw new Error(`docs/deploy.md has no place for the costs: ${start.trim()} … ${end}`);
  const bills = billsOf(measured);
  const rows = bills.map(
    ({ ordersADay, profile, month, day }) => `| ${count(ordersADay)} | ${profile} | ${money(month)} | ${money(day)} |`,
  );
  const table = [
    "| orders a day | profile | dollars a month | dollars a day |",
    "| ---: | --- | ---: | ---: |",
    ...rows,
  ];
  return `${page.slice(0, before + start.length)}\n${table.join("\n")}\n\n${page.slice(after)}`;
}

/** A page with the figures in its sentences (`48 cents a day at 1,000 orders`, or dollars with the profile `production`) as they are now. */
export function withSentences(
  page: string,
  dayOf: (ordersADay: number, profile: "lean" | "production") => number,
): string {
  const orders = (written: string) => Number(written.replaceAll(",", ""));
  return page
    .replace(
      /\d+ cents a day at ([\d,]+) orders/g,
      (_, many: string) => `${Math.round(100 * dayOf(orders(many), "lean"))} cents a day at ${many} orders`,
    )
    .replace(
      /[\d.]+ dollars a day at ([\d,]+) orders/g,
      (_, many: string) => `${money(dayOf(orders(many), "production"))} dollars a day at ${many} orders`,
    );
}

/** docs/costs.md, whole. @param crowd what an order takes where many are under way */
export function costsPage(measured: Measured, crowd: Rush): string {
  const bills = billsOf(measured);
  const row = (name: string, cells: readonly string[]) => `| ${[name, ...cells].join(" | ")} |`;
  const lines = Object.keys(names) as (keyof Bill["lines"])[];
  return `# What it costs

Written by \`npm run generate -- --costs\`: it counts what an order takes by running orders on the local Azure, and multiplies with list prices
(US dollars, East US, ${pricesOf}; other regions are up to 40 % dearer). No bill has been seen yet: take it for an estimate, and set
\`MONTHLY_BUDGET\`. SMS and taxes come on top; a message costs from less than a cent (US) to nine (Germany), so SMS soon costs more than all else.

## By orders a day

${row(
  "orders a day",
  bills.map(({ ordersADay }) => ordersADay.toLocaleString("en")),
)}
| --- |${" ---: |".repeat(bills.length)}
${row(
  "profile",
  bills.map(({ profile }) => profile),
)}
${lines
  .map((line) =>
    row(
      names[line],
      bills.map((each) => money(each.lines[line])),
    ),
  )
  .join("\n")}
${row(
  "**a month**",
  bills.map(({ month }) => `**${money(month)}**`),
)}
${row(
  "**a day**",
  bills.map(({ day }) => `**${money(day)}**`),
)}
${row(
  "push messages a day",
  bills.map(({ pushMessagesADay }) => Math.round(pushMessagesADay).toLocaleString("en")),
)}
${row(
  "connections, on average",
  bills.map(({ connections }) => connections.toFixed(0)),
)}
${row(
  "free Web PubSub is enough",
  bills.map(({ pushOver }) => (pushOver ? "no" : "yes")),
)}

The profile \`lean\` has the free Web PubSub: ${count(prices.webPubSub.freeConnections)} connections and ${count(prices.webPubSub.freeMessagesADay)} messages a day. Beyond that, screens say that
they are not live and ask every five seconds instead: all works, later, and with many more executions than the table has. Where the last line
says no, use \`production\`; where it says yes, a rush may still have more than ${count(prices.webPubSub.freeConnections)} connections at a time, and some phones ask instead.

## Extensions

They are in none of the other figures. What each of them adds, in dollars a month, where it is [chosen](extensions.md):

${placeOfExtensions}

## What an order takes

Measured over ${measured.orders} orders, each from the scan to the counter, with the customer's phone, a barista's screen and a display connected.

| | an order | a signing in | a refused scan | an idle hour |
| --- | ---: | ---: | ---: | ---: |
${measuredRows(measured)}

A refused scan is one that begins no order, when no other is in the same five minutes: with the event that tells of all of these, and its way into the figures.

A page of fifty past orders, found by day and state, takes ${measured.historyPage.toFixed(0)} request units; among 100,000 orders it was as much, since the index gives them in
their order (what the index itself takes to find them is not in the estimate).

One more connected phone gets ${measured.pushMessagesOfOthers.toFixed(0)} messages of someone else's order, one more barista's screen ${measured.pushMessagesOfStaff.toFixed(0)}: with
it, the free messages of a day last for ${count(freeOrders(measured))} orders. The change feeds are
asked ${count(measured.feedPollsAnHour)} times an hour while they are up, for one request unit each when there is nothing.

### In a rush

With ${crowd.atOnce} customers at a time who come for the first time, from the scan to the counter, and take each step together: much is asked for and written once for many. What an instance shares it shares on Azure
too, but HTTP functions, workflows and event functions are instances of their own there, so it is a little more. \`node tools/run.mjs costs --list\` prints each request and which function asks for it.

| | an order |
| --- | ---: |
| executions of functions | ${crowd.executions.toFixed(1)} |
| requests to Cosmos DB | ${crowd.cosmosRequests.toFixed(1)} |
| of these, reads of a document | ${crowd.reads.toFixed(1)} |
| request units | ${crowd.requestUnits.toFixed(0)} |
| Event Grid operations | ${crowd.gridOperations.toFixed(1)} |
| calls of Web PubSub | ${crowd.pushCalls.toFixed(1)} |
| Web PubSub messages | ${crowd.pushMessages.toFixed(1)} |

## How it is reckoned

- A month has ${daysOfMonth} days. The stand is open ${assumed.openHours} hours a day and makes at most ${count(assumed.ordersOfStand)} orders; more orders are of more stands.
  A phone is connected for ${assumed.minutesConnected} minutes: two to choose, and until it was out of sight for five; it looks three times for its place and its wait, and the display asks for the wait for six of ten orders, once a minute. One customer in five looks at the order's story. One order in ${1 / assumed.signInsAnOrder} begins with a signing in, and for each ${1 / assumed.refusedScansAnOrder} orders one scan is refused. The idle hour counts 24 times a day.
- **Functions**: instances of ${assumed.instanceGb * 1024} MB. Whatever runs takes at least a second of its group: HTTP functions are one group, durable ones
  another, every other function is one of its own. What a press leads to is taken to run within one second of each group. That is so where the change feed, Event
  Grid and the queues of Durable Functions hand on at once; a scan may wait for these queues for up to two seconds, and then takes a second of \`services\` more:
  at worst a cent a day at 1,000 orders, which is not in it. The counts are for an order alone; orders at random times overlap: n stretches of a
  second in T seconds cover T (1 - e^(-n/T)). The free ${count(prices.functions.freeExecutions)} executions and ${count(prices.functions.freeGbSeconds)} GB-seconds a month are taken off.
- **Cosmos DB**: request units of all requests, ${assumed.requestUnitsOfBatch} for each batch that a change feed trigger is given, and the empty polls. What is
  stored counts for the days that it is kept. The local Azure estimates request units from what is documented for reads and writes of a size; what the
  index adds to a write is not in it. What no query asks for is not indexed, so that it is little.
- **Event Grid**: events in, deliveries, and matches of advanced filters.
- **Storage**: three queue operations a message and three table operations a turn of the orchestrator, from the measured histories; and polling of
  ${assumed.queues} queues every two seconds while an instance is up.
- **Telemetry**: ${assumed.telemetryKb} KB an execution; half of it is kept up to 1,000 orders a day, a fifth up to 10,000, a twentieth beyond; ${prices.logs.freeGb} GB a
  month are free; never more than the daily cap of the profile.
- **Web PubSub**: each message to each client counts whole. The bill counts in units of 2 KB, and most messages are smaller: it may be less.
- **Alert rules**: one that queries the log for ${assumed.alertRows} things that may be wrong, in \`lean\` every 15 minutes (${money(prices.alerts.every15Minutes.rule)} dollars, and ${money(prices.alerts.every15Minutes.row)} for each of them after the first), in
  \`production\` every 5 (${money(prices.alerts.every5Minutes.rule)} and ${money(prices.alerts.every5Minutes.row)}); and ${assumed.alertSeries} series of metrics at ${money(prices.alerts.series)}: each of the core's subscriptions for dead letters, and one for lost events. A series may be paid for
  only while it has values, and the first ones of a subscription may be free: it may be less.
- Not in it: data out of the region, blobs (the package, leases, dead letters), the scale controller's own polling, Durable Task Scheduler.
  With \`DURABLE_BACKEND=scheduler\`, ask for its price in your region first: listings say 0.003 dollars for each action, about 4 cents an order.

## The most that a day can cost

Anybody may send requests without end; they are refused, and each refusal is work. What holds the bill then, each from midnight to midnight:

- **Functions**: at most ${assumed.instances.lean} instances for requests in \`lean\`, ${money(mostOfInstances("lean"))} dollars, and ${assumed.instances.production} in \`production\`, ${money(mostOfInstances("production"))}; and ${money(prices.functions.millionExecutions)} for each million requests, which nothing holds. The limit is one of each group of functions, and all requests are one: workflows, each change feed and each function that hears may have as many again, but refused requests give them nothing to do. Azure is reported to go beyond it for a moment when very many come at once.
- **Cosmos DB**: ${count(assumed.requestUnitsASecond)} request units a second for each partition, ${money((assumed.requestUnitsASecond * secondsOfDay * prices.cosmos.millionRequestUnits) / 1e6)} dollars for one.
- **Telemetry** has its daily cap, and **SMS** \`CODES_PER_DAY\` ([deploy.md](deploy.md#what-codes-may-cost)).

The budget warns, hours later, and stops nothing. What stops it is _Stop_ on the page of the Functions app in the portal, or \`az functionapp stop\`: then all screens say that the service cannot be reached, and what is under way goes on after _Start_.
`;
}

const secondsOfDay = 24 * 60 * 60;
const mostOfInstances = (profile: "lean" | "production") =>
  assumed.instances[profile] * assumed.instanceGb * secondsOfDay * prices.functions.gbSecond;

function measuredRows({ order, signIn, refusedScan, idleHour }: Measured): string {
  const others = ({ busy }: Counts) => Object.values(busy.others).reduce((sum, seconds) => sum + seconds, 0);
  const rows: [string, (counts: Counts) => string][] = [
    ["executions of functions", (counts) => counts.executions.toFixed(1)],
    ["busy seconds: HTTP", ({ busy }) => busy.http.toFixed(1)],
    ["busy seconds: durable", ({ busy }) => busy.durable.toFixed(1)],
    ["busy seconds: event and timer functions", (counts) => others(counts).toFixed(1)],
    ["requests to Cosmos DB", (counts) => counts.cosmosRequests.toFixed(1)],
    ["request units", (counts) => counts.requestUnits.toFixed(0)],
    ["batches of change feeds", (counts) => counts.feedBatches.toFixed(1)],
    ["KB stored, times days kept", (counts) => (counts.gbDays * 1024 ** 2).toFixed(0)],
    ["Event Grid operations", (counts) => counts.gridOperations.toFixed(1)],
    ["calls of Web PubSub", (counts) => counts.pushCalls.toFixed(1)],
    ["Web PubSub messages", (counts) => counts.pushMessages.toFixed(1)],
    ["queue operations", (counts) => counts.queueOperations.toFixed(0)],
    ["table operations", (counts) => counts.tableOperations.toFixed(0)],
  ];
  return rows
    .map(([name, of]) => `| ${name} | ${[order, signIn, refusedScan, idleHour].map(of).join(" | ")} |`)
    .join("\n");
}

/** Orders a day that the free messages are enough for when two baristas' screens are on. */
function freeOrders({ order, idleHour, pushMessagesOfStaff }: Measured): number {
  const left = prices.webPubSub.freeMessagesADay - 24 * idleHour.pushMessages;
  return Math.floor(left / (order.pushMessages + pushMessagesOfStaff) / 10) * 10;
}

const money = (dollars: number) => dollars.toFixed(2);
const count = (number: number) => number.toLocaleString("en");
