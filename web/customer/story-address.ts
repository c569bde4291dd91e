import type { OrderView } from "../../contracts/order.ts";

/** To be called where the list of orders is left for such a page: *back* leads to the list then, which this page has forgotten by that time. */
export function leaveOrders(): void {
  history.replaceState({ ...history.state, orders: true }, "");
}

/** Whether somebody is back from there. */
export function backAtOrders(): boolean {
  return (history.state as { orders?: unknown } | null)?.orders === true;
}

/** The page that tells an order's story. A page of its own: few go there, and it weighs nothing for those who do not. */
export function storyAddress({ id, storeId }: OrderView): string {
  return `/journey?store=${storeId}&order=${id}`;
}
