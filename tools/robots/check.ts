import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import { askPastOrders } from "../../web/admin/calls.ts";
import type { Device } from "./device.ts";
import type { Begun, Ledger } from "./ledger.ts";

/**
 * Compares the robots' orders at the stand with what their customers last saw; each difference is recorded as an error.
 * @param since the moment (ms) of the first possible order
 */
export async function checkOrders(bar: Device, ledger: Ledger, since: number): Promise<OrderView[]> {
  const kept = await keptOrders(bar, since);
  for (const begun of ledger.orders.values()) {
    const difference = differs(begun, kept.get(begun.orderId));
    if (difference !== undefined) ledger.error(difference);
  }
  return [...ledger.orders.keys()].flatMap((id) => kept.get(id) ?? []);
}

/** What is wrong with an order; `undefined` if its document is what its customer saw, or a successor of that. Pure. */
export function differs({ orderId, state, version }: Begun, kept: OrderView | undefined): string | undefined {
  if (kept === undefined) return `Order ${orderId} was begun, and the stand has none.`;
  if (state === undefined || version === undefined) return undefined;
  const seen = `Order ${orderId} was ${state} (version ${version}) on its customer's phone`;
  const has = `the stand has it ${kept.state} (version ${kept.version}).`;
  if (kept.version < version) return `${seen}, which is newer than what the stand has: ${has}`;
  const same = kept.state === state;
  if (kept.version === version && !same) return `${seen}, and ${has}`;
  const takenBack = kept.recalled?.some(({ from }) => from === state) === true;
  if (isFinal(state) && !same && !takenBack) return `${seen}, which is final, and ${has}`;
  return undefined;
}

async function keptOrders(bar: Device, since: number): Promise<Map<string, OrderView>> {
  const from = new Date(since - 60_000).toISOString();
  const kept = new Map<string, OrderView>();
  for (let continuation: string | undefined; ; ) {
    const reply = await askPastOrders(bar.api, { from, ...(continuation && { continuation }) });
    for (const order of reply.orders) kept.set(order.id, order);
    continuation = reply.continuation;
    if (continuation === undefined) return kept;
  }
}
