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
 * docs/deploy.md with the monthly and daily sums in their place.
 * @throws Error if there is no such place.
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

/** A page with current figures in its sentences (`48 cents a day at 1,000 orders`, or dollars with the profile `production`). */
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

/** All of docs/costs.md. @param crowd the operations of an order among many concurrent ones */
export function costsPage(measured: Measured, crowd: Rush): string {
  const bills = billsOf(measured);
  const row = (name: string, cells: readonly string[]) => `| ${[name, ...cells].join(" | ")} |`;
  const lines = Object.keys(names) as (keyof Bill["lines"])[];
  return `# What it costs

An estimate of what a stand costs on Azure. No bill has been seen yet, so set \`MONTHLY_BUDGET\`. SMS and taxes come on top: a message costs from less than a cent (US) to nine (Germany), so SMS soon costs more than everything else.

\`npm run generate -- --costs\` writes this page: it runs orders on the local Azure, counts their operations, and multiplies them with list prices
(US dollars, East US, ${pricesOf}; other regions are up to 40 % dearer).

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
they are not live and poll every five seconds instead: everything works, with a delay, and with many more executions than in the table. Where the last row
says no, use \`production\`. Where it says yes, a rush may still have more than ${count(prices.webPubSub.freeConnections)} connections at a time, and some phones poll.

## Extensions

The other figures do not include extensions. Each of them adds, in dollars a month, if it is [chosen](extensions.md):

${placeOfExtensions}

## What an order takes

Measured over ${measured.orders} orders, each from the scan to the counter, with the customer's phone, a barista's screen and a display connected.

| | an order | a sign-in | a refused scan | an idle hour |
| --- | ---: | ---: | ---: | ---: |
${measuredRows(measured)}

A refused scan is one that begins no order. The column counts one that is alone in its five minutes, with the event that reports all of them, and its way into the figures.

A page of fifty past orders, by day and state, takes ${measured.historyPage.toFixed(0)} request units. Among 100,000 orders it took as many, since the index has them in
order (what the index itself needs to find them is not in the estimate).

One more connected phone gets ${measured.pushMessagesOfOthers.toFixed(0)} messages of someone else's order, one more barista's screen ${measured.pushMessagesOfStaff.toFixed(0)}. With
one more screen, the free messages of a day are enough for ${count(freeOrders(measured))} orders.

While the change feed functions are up, they poll
${count(measured.feedPollsAnHour)} times an hour, for ${assumed.requestUnitsOfPoll} request units each when there is nothing. Keeping the leases of the ${measured.feedTriggers} feeds takes
${count(assumed.requestUnitsOfLease * measured.feedTriggers)} request units an hour.

### In a rush

${crowd.atOnce} customers who come for the first time take each step together, from the scan to the counter. Then many requests share one read or one write. These are the figures of one instance. On Azure,
HTTP functions, workflows and event functions are instances of their own, which share less, so it is a little more. \`node tools/run.mjs costs --list\` prints each request and the function that sends it.

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

- **Use.** A month has ${daysOfMonth} days. The stand is open ${assumed.openHours} hours a day and makes at most ${count(assumed.ordersOfStand)} orders; more orders belong to more stands.
  One order in ${1 / assumed.signInsAnOrder} begins with a sign-in, and for each ${1 / assumed.refusedScansAnOrder} orders one scan is refused. One customer in five looks at the order's story. The idle hour counts 24 times a day.
- **Screens.** A phone is connected for ${assumed.minutesConnected} minutes: two to choose, and five until it was out of sight. It asks three times for its place and its wait. The display asks for the wait for six of ten orders, once a minute.
- **Functions**: instances of ${assumed.instanceGb * 1024} MB. Each execution occupies its group of functions for at least a second. HTTP functions are one group, durable ones
  another, and every other function is a group of its own.
  - What one press of a button causes is assumed to run within one second of each group. That is true if the change feed, Event
    Grid and the queues of Durable Functions deliver at once. A scan may wait up to two seconds for these queues, and then occupies \`services\` for one more second:
    at most a cent a day at 1,000 orders, which is not included.
  - The counts are for one order alone. Orders at random times overlap: n stretches of a
    second in T seconds cover T (1 - e^(-n/T)).
  - The free ${count(prices.functions.freeExecutions)} executions and ${count(prices.functions.freeGbSeconds)} GB-seconds a month are subtracted.
- **Cosmos DB**: the request units of all requests, ${assumed.requestUnitsOfBatch} for each batch that a change feed trigger gets, the empty polls, and the leases of the feeds while they are up. Reads count twice, since the account is
  [strongly consistent](decisions/0039-reads-are-strongly-consistent.md). A serverless account also pays for deleting documents whose time to live is over. Data is
  charged for the days that it is kept. The local Azure estimates request units from the documented figures for reads and writes of a size. What the
  index adds to a write is not included; it is little, because only what queries ask for is indexed.
- **Event Grid**: published events, deliveries, and matches of advanced filters.
- **Storage**: three queue operations for each message and three table operations for each turn of the orchestrator, from the measured histories; and polling of
  ${assumed.queues} queues every two seconds while an instance is up.
- **Telemetry**: ${assumed.telemetryKb} KB for each execution. Half of it is kept up to 1,000 orders a day, a fifth up to 10,000, a twentieth beyond. ${prices.logs.freeGb} GB a
  month are free, and it never exceeds the daily cap of the profile.
- **Web PubSub**: each message to each client counts as one. The bill counts units of 2 KB, and most messages are smaller, so it may be less.
- **Alert rules**: one log query that looks for ${assumed.alertRows} problems, in \`lean\` every 15 minutes (${money(prices.alerts.every15Minutes.rule)} dollars, and ${money(prices.alerts.every15Minutes.row)} for each problem after the first), in
  \`production\` every 5 (${money(prices.alerts.every5Minutes.rule)} and ${money(prices.alerts.every5Minutes.row)}); and ${assumed.alertSeries} metric series at ${money(prices.alerts.series)}: dead letters of each of the core's subscriptions, and lost events. It may be less, since a series may be paid for
  only while it has values, and a subscription's first ones may be free.
- **Not included**: data out of the region, blobs (the package, leases, dead letters), the scale controller's own polling, Durable Task Scheduler.
  With \`DURABLE_BACKEND=scheduler\`, ask for its price in your region first: lists say 0.003 dollars for each action, about 4 cents an order.

## The most that a day can cost

Anybody may send requests without end. They are refused, but each refusal costs something. These limits cap the bill of a day, from midnight to midnight:

- **Functions**: at most ${assumed.instances.lean} instances for requests in \`lean\`, ${money(mostOfInstances("lean"))} dollars, and ${assumed.instances.production} in \`production\`, ${money(mostOfInstances("production"))}; and ${money(prices.functions.millionExecutions)} for each million requests, which nothing limits. The limit is one of each group of functions, and all requests are one group. Workflows, each change feed and each event function may have as many instances again, but refused requests give them nothing to do. Azure is reported to exceed the limit for a moment when very many requests come at once.
- **Cosmos DB**: ${count(assumed.requestUnitsASecond)} request units a second for each partition, ${money((assumed.requestUnitsASecond * secondsOfDay * prices.cosmos.millionRequestUnits) / 1e6)} dollars for one.
- **Telemetry** has its daily cap, and **SMS** \`CODES_PER_DAY\` ([deploy.md](deploy.md#what-codes-may-cost)).

The budget warns, hours later, and stops nothing. To stop the costs, press _Stop_ on the page of the Functions app in the portal, or run \`az functionapp stop\`. Then all screens say that the service cannot be reached, and work in progress continues after _Start_.
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
    ["request units, at the end of the time to live", (counts) => counts.expiryUnits.toFixed(0)],
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

/** Orders a day for which the free messages suffice, with two baristas' screens. */
function freeOrders({ order, idleHour, pushMessagesOfStaff }: Measured): number {
  const left = prices.webPubSub.freeMessagesADay - 24 * idleHour.pushMessages;
  return Math.floor(left / (order.pushMessages + pushMessagesOfStaff) / 10) * 10;
}

const money = (dollars: number) => dollars.toFixed(2);
const count = (number: number) => number.toLocaleString("en");
