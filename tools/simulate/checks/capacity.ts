import type { OrderView } from "../../../contracts/order.ts";
import { isActive } from "../../../contracts/order-states.ts";
import { byOrder, type Check } from "./look.ts";
import { mayBeOld, pagesThen } from "./pages-then.ts";

/** Nobody is admitted by phone beyond the places that the store has, or had a moment ago. */
export const capacity: Check = ({ events, orders, fair }) => {
  const pagesAt = pagesThen(events, mayBeOld(fair));
  const mostAt = (moment: number) => Math.max(...pagesAt(moment).map(({ store }) => store.capacity));
  const steps = [...byOrder(events).values()].flatMap((some) =>
    some.map(({ time, data }, n) => {
      const before = (some[n - 1]?.data as { order: OrderView } | undefined)?.order.state;
      const { state } = (data as { order: OrderView }).order;
      return { at: Date.parse(time), by: Number(isActive(state)) - Number(before !== undefined && isActive(before)) };
    }),
  );
  const letIn = orders.filter(({ state, counter }) => !counter && state !== "refused");
  return [...Map.groupBy(letIn, ({ createdAt }) => createdAt)].flatMap(([createdAt, some]) => {
    const at = Date.parse(createdAt);
    // An order that leaves in the same moment may have left before.
    const before = steps
      .filter((step) => step.at < at || (step.at === at && step.by < 0))
      .reduce((sum, { by }) => sum + by, 0);
    // The clock stands still while many are admitted, and the last of them found the earlier ones.
    const taken = before + some.length - 1;
    return taken >= mostAt(at)
      ? [`Order ${some.at(-1)?.id} was let in at ${createdAt}, when ${taken} of ${mostAt(at)} places were taken.`]
      : [];
  });
};
