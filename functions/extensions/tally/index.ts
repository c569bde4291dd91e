import type { CremaEvent } from "../../../contracts/events.ts";
import { businessDay, endOfDay } from "../../platform/business-day.ts";
import { catalogPage } from "../../platform/catalog-page.ts";
import { Extension } from "../../platform/extension.ts";
import { operations } from "./contract.ts";
import { type Day, dayId, told, withOrder } from "./day.ts";
import declaration from "./extension.json" with { type: "json" };
import { words } from "./words.ts";

const tally = new Extension(declaration);

tally.onEvents({
  "crema.order.ready.v1": async (event) => {
    const { order } = event.data;
    const { timeZone } = (await catalogPage(order.storeId)).store;
    const at = Date.parse(order.readyAt ?? event.time);
    const day = businessDay(at, timeZone);
    // An order counts once, even if it was recalled and is ready again.
    const where = { id: dayId(day), once: `ready:${order.id}` };
    const sum = await tally.changeOnce<Day>(event, where, (before) => withOrder(before, day, order));
    // If somebody has deleted the day's document, publish nothing.
    if (sum !== undefined) await say(event, day, sum, new Date(endOfDay(at, timeZone)).toISOString());
  },
});

/** Publishes the day's sum on the display. It reads the sum again after each notice, so that after concurrent calls the higher sum is shown. */
async function say(event: CremaEvent<"crema.order.ready.v1">, day: string, sum: Day, until: string): Promise<void> {
  const { storeId } = event.data.order;
  for (let shown = sum; ; ) {
    const text = words(told(day, shown));
    await tally.notices.publish(storeId, "today", { audience: "display", icon: "heart", text, until }, event);
    const now = await read(storeId, day);
    if (now === undefined || now.coffees === shown.coffees) return;
    shown = now;
  }
}

async function read(storeId: string, day: string): Promise<Day | undefined> {
  return (await (await tally.container()).item(dayId(day), storeId).read<Day>()).resource;
}

tally.routes(operations, {
  today: async ({ storeId }) => {
    const { timeZone } = (await catalogPage(storeId)).store;
    const day = businessDay(Date.now(), timeZone);
    return told(day, await read(storeId, day));
  },
});
