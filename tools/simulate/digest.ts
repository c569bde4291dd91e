import type { CremaEvent } from "../../contracts/events.ts";
import type { OrderView } from "../../contracts/order.ts";
import { byOrder, type Look } from "./checks/look.ts";

/** All events of a day, without random ids: one line for each order (when, what, which number and drink), and all other events. */
export function digestOf({ events, fair }: Look): string[] {
  const begins = Date.parse(fair.begins);
  const told = ({ time, type, sequence, data }: CremaEvent) => {
    const { order } = data as { order?: OrderView };
    const about = order ? ` ${order.number ?? ""} ${order.drink?.id ?? ""}`.trimEnd() : "";
    return `${Date.parse(time) - begins} ${type} ${Number(sequence)}${about}`;
  };
  const lives = [...byOrder(events).values()].map((some) => some.map(told).join("; "));
  const others = events.filter(({ subject }) => !subject.includes("/orders/")).map(told);
  return [...lives, ...others].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1));
}
