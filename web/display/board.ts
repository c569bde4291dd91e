import { codeGroups } from "../../contracts/code-signs.ts";
import type { CodeReply } from "../../contracts/http.ts";
import type { CodeWindow, OrderView } from "../../contracts/order.ts";

/** Who has not come after this long lets those go before them who were called later. */
const freshFor = 10 * 60_000;

/** Orders with a number that are waited for: those being made first, then the queue, each in the order of its numbers. */
export function preparing(orders: Iterable<OrderView>): OrderView[] {
  const place = (order: OrderView) => (order.state === "making" ? 0 : 1);
  return [...orders]
    .filter((order) => order.number !== undefined && (order.state === "queued" || order.state === "making"))
    .sort((a, b) => place(a) - place(b) || (a.queuedAt ?? "").localeCompare(b.queuedAt ?? ""));
}

const readyAt = ({ readyAt, createdAt }: OrderView): number => Date.parse(readyAt ?? createdAt);

/** When an order was ready, or its customer called again (ms). */
export function calledOut(order: OrderView): number {
  return order.calledAt === undefined ? readyAt(order) : Date.parse(order.calledAt);
}

/** Orders to be picked up, those that wait longest first; what nobody came for stands behind them until it is ended: nobody's number goes unseen. */
export function ready(orders: Iterable<OrderView>, now: number): OrderView[] {
  const left = (order: OrderView) => (now - calledOut(order) < freshFor ? 0 : 1);
  return [...orders]
    .filter((order) => order.number !== undefined && order.state === "ready")
    .sort((a, b) => left(a) - left(b) || readyAt(a) - readyAt(b));
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
 * What somebody without a camera types: the site's address, in parts that it may be broken between, and the code in two groups.
 * `store`: the one that the site shows to whoever names none.
 */
export function toType(address: string, code: string, store: string): { address: string[]; code: string } {
  const { host, searchParams } = new URL(address);
  const asked = searchParams.get("store") ?? store;
  return {
    address: `${host}${asked === store ? "" : `/?store=${asked}`}`.split(/(?<=[./])/),
    code: codeGroups(code),
  };
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
