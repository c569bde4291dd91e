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

/** Counts an order and, the first time, tells the log of it. */
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
  // Where a recording is played nobody looks for drinks that were never fetched.
  isSwitchedOff("every-minute") ? ["crema.order.ready.v1"] : [],
);

everyMinute(async (_client, context) => {
  for (const { order, traceparent } of await leftAtTheCounter()) {
    await within(traceparent, async () => {
      try {
        await count(order, context);
      } catch (error) {
        // The others have their turn; this one has another in the next minute.
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
    // A cache must not give the one for the other.
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
