import type { CatalogPage } from "../../../contracts/catalog.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { isActive } from "../../../contracts/order-states.ts";
import { byOrder, type Check } from "./look.ts";

/** Settings that a service has read may be so old, in ms, and what was being published a little older. */
const mayBeOld = 90_000;

/** Nobody is let in by phone beyond the places that the store has, or had a moment ago. */
export const capacity: Check = ({ events, orders }) => {
  const pages = events
    .filter(({ type }) => type === "crema.store.changed.v1")
    .map(({ time, data }) => ({ at: Date.parse(time), capacity: (data as { page: CatalogPage }).page.store.capacity }))
    .sort((a, b) => a.at - b.at);
  const mostAt = (moment: number) => {
    const before = pages.filter(({ at }) => at <= moment);
    const recent = before.filter(
      ({ at }, n) => at > moment - mayBeOld || n === before.length - 1 || (before[n + 1]?.at ?? 0) > moment - mayBeOld,
    );
    return Math.max(...recent.map((page) => page.capacity));
  };
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
    // Who leaves in the same moment may have left before.
    const before = steps
      .filter((step) => step.at < at || (step.at === at && step.by < 0))
      .reduce((sum, { by }) => sum + by, 0);
    // The clock stands while many are let in, and the last of them found those before.
    const taken = before + some.length - 1;
    return taken >= mostAt(at)
      ? [`Order ${some.at(-1)?.id} was let in at ${createdAt}, when ${taken} of ${mostAt(at)} places were taken.`]
      : [];
  });
};
