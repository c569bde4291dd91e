import { codeGroups } from "../../contracts/code-signs.ts";
import type { CodeReply } from "../../contracts/http.ts";
import type { CodeWindow, OrderView } from "../../contracts/order.ts";

/** After this time (ms) an order that was not fetched is listed behind those that were called later. */
const freshFor = 10 * 60_000;

/** Numbered orders that are not ready yet: first those being made, then the queue, each sorted by number. */
export function preparing(orders: Iterable<OrderView>): OrderView[] {
  const place = (order: OrderView) => (order.state === "making" ? 0 : 1);
  return [...orders]
    .filter((order) => order.number !== undefined && (order.state === "queued" || order.state === "making"))
    .sort((a, b) => place(a) - place(b) || (a.queuedAt ?? "").localeCompare(b.queuedAt ?? ""));
}

const readyAt = ({ readyAt, createdAt }: OrderView): number => Date.parse(readyAt ?? createdAt);

/** When an order became ready, or its customer was last called again (ms). */
export function calledOut(order: OrderView): number {
  return order.calledAt === undefined ? readyAt(order) : Date.parse(order.calledAt);
}

/** Orders to pick up, longest waiting first. Those that were not fetched for long come last and stay until they end, so that no number is missing. */
export function ready(orders: Iterable<OrderView>, now: number): OrderView[] {
  const left = (order: OrderView) => (now - calledOut(order) < freshFor ? 0 : 1);
  return [...orders]
    .filter((order) => order.number !== undefined && order.state === "ready")
    .sort((a, b) => left(a) - left(b) || readyAt(a) - readyAt(b));
}

/**
 * The address for the current QR code, if there is one: that of the current window, while it has scans left.
 * `reply` is the API's last reply, `window` the newest known version of any window.
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
 * What a customer without a camera types: the site's address, in parts between which it may wrap, and the code in two groups.
 * `store`: the one that the site shows if the address names none.
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
 * Whether to request the code from the API: the window is over, another one is current, a scan was given back, or one was held for a customer who did
 * not come.
 */
export function isStale(reply: CodeReply | undefined, window: CodeWindow | undefined, now: number): boolean {
  if (reply === undefined || window === undefined) return true;
  if (now >= Date.parse(window.closesAt) || window.opensAt !== reply.window.opensAt) return true;
  if (window.heldUntil !== undefined && now >= Date.parse(window.heldUntil)) return true;
  return window.scansLeft > 0 && reply.url === undefined;
}
