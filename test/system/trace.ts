import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface TraceEvent {
  time: string;
  type: string;
  orderId: string;
  drink?: string;
  action?: string;
}

/** What the recording tells of one order, as what people did and when (ms since the epoch). */
export interface TracedOrder {
  begins: number;
  drink?: { name: string; at: number };
  /** What the barista did with it. */
  end?: { command: "ready" | "cancel"; at: number };
}

const file = join(import.meta.dirname, "../../../shared/data/serverlesspresso-trace.json");

/** Under CI the recording must be there; a clone without it skips what needs it, and says so. */
export const traceIsThere = existsSync(file) || process.env.CI === "true";

/** The orders of the recording, by the moment they are first seen. It is a sample: no order in it has its whole life. */
export function tracedOrders(): TracedOrder[] {
  const events = JSON.parse(readFileSync(file, "utf8")) as TraceEvent[];
  const orders = new Map<string, TracedOrder>();
  for (const event of events.sort((a, b) => a.time.localeCompare(b.time))) {
    const at = Date.parse(event.time);
    const order = orders.get(event.orderId) ?? { begins: at };
    orders.set(event.orderId, order);
    if (event.drink !== undefined) order.drink ??= { name: event.drink, at };
    if (event.type.endsWith("COMPLETED") || event.action === "complete") order.end ??= { command: "ready", at };
    if (event.type.endsWith("CANCELLED") || event.action === "cancel") order.end ??= { command: "cancel", at };
  }
  return [...orders.values()];
}

/** The drink of our menu that a recorded name means, if there is one. */
export function drinkId(name: string): string {
  return `drink:${name.replace("Caffe ", "").toLowerCase().replaceAll(" ", "-")}`;
}
