import type { InvocationContext } from "@azure/functions";
import { type InsightsQuery, insightsQuery, recountRequest } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isActive } from "../../contracts/order-states.ts";
import { csvReply, prefersCsv } from "../platform/csv.ts";
import { everyMinute } from "../platform/every-minute.ts";
import { hears } from "../platform/hears.ts";
import { within } from "../platform/order-trace.ts";
import { reply, route } from "../platform/route.ts";
import { isSwitchedOff } from "../platform/settings.ts";
import { countedIn, countOrder, countRefusedScans } from "./count.ts";
import { insightsCsv } from "./csv.ts";
import { endedLine, refusedLine } from "./ended-line.ts";
import { leftAtTheCounter } from "./left.ts";
import { insights } from "./read.ts";
import { recount } from "./recount.ts";

const path = "stores/{storeId}/insights";

/** Counts an order and, the first time, logs a line about it. */
async function count(order: OrderView, context: Pick<InvocationContext, "log">): Promise<void> {
  if ((await countOrder(order)).includes("came") && !isActive(order.state)) context.log(endedLine(order));
}

hears(
  "insights",
  async (event, context) => {
    const { order, refused } = countedIn(event);
    if (order) await count(order, context);
    if (refused && (await countRefusedScans(refused))) context.log(refusedLine(refused));
  },
  // During the playback of a recording, the sweep for drinks that were not fetched is off, so count them when they are ready.
  isSwitchedOff("every-minute") ? ["crema.order.ready.v1"] : [],
);

everyMinute(async (_client, context) => {
  for (const { order, traceparent } of await leftAtTheCounter()) {
    await within(traceparent, async () => {
      try {
        await count(order, context);
      } catch (error) {
        // Go on with the others; this order is tried again in the next minute.
        context.error(`Order ${order.id}, left at the counter, could not be counted`, error);
      }
    });
  }
});

route({
  name: "insights-read",
  method: "GET",
  path,
  access: ["barista", "admin"],
  query: insightsQuery,
  async handler({ storeId, query, request }) {
    const figures = await insights(storeId, query as InsightsQuery);
    // `vary` keeps a cache from mixing up JSON and CSV.
    if (!prefersCsv(request.headers.get("accept"))) return reply(200, figures, { vary: "accept" });
    const name = `figures-${storeId}-${figures.from}-${figures.to}.csv`;
    return csvReply(name, insightsCsv(figures));
  },
});

route({
  name: "insights-recount",
  method: "POST",
  path: `${path}/recount`,
  access: ["admin"],
  body: recountRequest,
  handler: async ({ storeId, body }) => reply(200, await recount(storeId, body.from, body.to)),
});
