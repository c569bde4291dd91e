import type { CodeReply } from "../../contracts/http.ts";
import type { CodeWindow, OrderView } from "../../contracts/order.ts";

/** Ready orders leave the display after this long. */
const readyFor = 10 * 60_000;

/** Orders with a number that are waited for: those being made first, then the queue, each in the order of its numbers. */
export function preparing(orders: Iterable<OrderView>): OrderView[] {
  const place = (order: OrderView) => (order.state === "making" ? 0 : 1);
  return [...orders]
    .filter((order) => order.number !== undefined && (order.state === "queued" || order.state === "making"))
    .sort((a, b) => place(a) - place(b) || (a.queuedAt ?? "").localeCompare(b.queuedAt ?? ""));
}

/** When an order was ready, or its customer called again (ms). */
export function calledOut({ readyAt, calledAt, createdAt }: OrderView): number {
  return Date.parse(calledAt ?? readyAt ?? createdAt);
}

/** Orders to be picked up, those called out last first. */
export function ready(orders: Iterable<OrderView>, now: number): OrderView[] {
  return [...orders]
    .filter((order) => order.number !== undefined && order.state === "ready" && now - calledOut(order) < readyFor)
    .sort((a, b) => calledOut(b) - calledOut(a));
}

/**
 * The address to show as a QR code now, if there is one: of the window that is running, while it has scans left.
 * `reply` is what the API last told, `window` the newest that is known of any window.
 */
export function addressToShow(
  reply: CodeReply | undefined,
  window: CodeWindow | undefined,
  now: number,
): string | undefined {
  if (reply?.url === undefined || window === undefined) return undefined;
  const current = window.opensAt === reply.window.opensAt && now < Date.parse(window.closesAt);
  return current && window.scansLeft > 0 ? reply.url : undefined;
}

/**
 * Whether the API should be asked for the code: the window is over, another one runs, a scan was given back, or one was kept for somebody
 * who did not come.
 */
export function isStale(reply: CodeReply | undefined, window: CodeWindow | undefined, now: number): boolean {
  if (reply === undefined || window === undefined) return true;
  if (now >= Date.parse(window.closesAt) || window.opensAt !== reply.window.opensAt) return true;
  if (window.heldUntil !== undefined && now >= Date.parse(window.heldUntil)) return true;
  return window.scansLeft > 0 && reply.url === undefined;
}
