import type { CatalogPage } from "../../../contracts/catalog.ts";
import { canBeOrdered, isOffered } from "../../../contracts/offered.ts";
import { doorsAt } from "../../../contracts/opening.ts";
import type { Check, KeptOrder } from "./look.ts";
import { mayBeOld, pagesThen } from "./pages-then.ts";

/** Nobody is admitted while the store is closed, and everything ordered is on the menu, or was a moment ago. */
export const offers: Check = ({ events, orders, fair }) => {
  const old = mayBeOld(fair);
  const pagesAt = pagesThen(events, old);
  return orders.flatMap((order) => {
    const { id, counter, state, createdAt, submittedAt } = order;
    const came = Date.parse(createdAt);
    const letIn = pagesAt(came).some(({ store }) => [came, came - old].some((at) => doorsAt(store, at) === "open"));
    const chosen = submittedAt === undefined ? [] : pagesAt(Date.parse(submittedAt));
    return [
      ...(counter || state === "refused" || letIn
        ? []
        : [`Order ${id} was let in at ${createdAt}, through shut doors.`]),
      ...(submittedAt === undefined || chosen.some((page) => isOn(page, order))
        ? []
        : [`Order ${id} is of ${JSON.stringify(order.drink)}, which was not to be had at ${submittedAt}.`]),
    ];
  });
};

function isOn({ menu }: CatalogPage, { drink, options = [] }: KeptOrder): boolean {
  const offered = menu.find(({ id }) => id === drink?.id);
  if (offered === undefined || !canBeOrdered(offered)) return false;
  return options.every(({ group, choice }) =>
    offered.options.find(({ id }) => id === group)?.choices.some((one) => one.id === choice && isOffered(one)),
  );
}
