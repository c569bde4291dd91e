import type { CatalogPage } from "../../../contracts/catalog.ts";
import type { CremaEvent } from "../../../contracts/events.ts";
import { second } from "../../robots/habits.ts";
import { type Fair, isCalm } from "../fair.ts";

/** How old a service's data may be when it writes, in ms: retried requests take time, others none. */
export const mayBeOld = (fair: Fair): number => (isCalm(fair) ? second : 90 * second);

/** The pages that a service may have used at a moment (ms): the current one, and those of the last `old` ms. Pure. */
export function pagesThen(events: readonly CremaEvent[], old: number): (moment: number) => CatalogPage[] {
  const pages = events
    .filter(({ type }) => type === "crema.store.changed.v1" || type === "crema.menu.changed.v1")
    .map(({ time, data }) => ({ at: Date.parse(time), page: (data as { page: CatalogPage }).page }))
    .sort((a, b) => a.at - b.at || a.page.version - b.page.version);
  return (moment) => {
    const before = pages.filter(({ at }) => at <= moment);
    return before.flatMap(({ at, page }, n) => {
      const until = before[n + 1]?.at ?? Number.POSITIVE_INFINITY;
      return at > moment - old || until > moment - old ? [page] : [];
    });
  };
}
