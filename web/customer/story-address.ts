import type { OrderView } from "../../contracts/order.ts";

/** The page that tells an order's story. A page of its own: few go there, and it weighs nothing for those who do not. */
export function storyAddress({ id, storeId }: OrderView): string {
  return `/journey?store=${storeId}&order=${id}`;
}
