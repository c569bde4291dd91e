import type { OrderView } from "../../contracts/order.ts";

/** Call this before leaving the list of orders for such a page: then *back* leads to the list, although the page's state is gone by then. */
export function leaveOrders(): void {
  history.replaceState({ ...history.state, orders: true }, "");
}

/** Whether the customer has come back from there. */
export function backAtOrders(): boolean {
  return (history.state as { orders?: unknown } | null)?.orders === true;
}

/** The address of an order's story. It is a separate page, so that customers who do not open it do not load it. */
export function storyAddress({ id, storeId }: OrderView): string {
  return `/journey?store=${storeId}&order=${id}`;
}
