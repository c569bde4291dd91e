import type { CremaEvent } from "../../../contracts/events.ts";
import { isActive, isFinal, type OrderState } from "../../../contracts/order-states.ts";
import { differs } from "../../robots/check.ts";
import { byOrder, type Check } from "./look.ts";

/** Each order has ended, or waits to be fetched; its events are 1 to its version, each once, and the last has its present state. */
export const orders: Check = ({ orders, events, now, played }) => {
  const wrong: string[] = [];
  const told = byOrder(events);
  for (const order of orders) {
    const { id, state, version, waitsUntil = "" } = order;
    const waits = state === "ready" && Date.parse(waitsUntil) > now;
    if (!isFinal(state) && !waits) wrong.push(`Order ${id} is ${state} though the day is over.`);
    const some = told.get(id) ?? [];
    const versions = some.map(({ sequence }) => Number(sequence));
    if (versions.length !== version || versions.some((one, at) => one !== at + 1))
      wrong.push(`Order ${id} is at version ${version}, and its events are of ${versions.join(", ")}.`);
    const last = (some.at(-1)?.data as { order?: { state: string } } | undefined)?.order;
    if (last?.state !== state) wrong.push(`Order ${id} is ${state}, and its last event says ${last?.state}.`);
  }
  for (const id of told.keys())
    if (!orders.some((order) => order.id === id)) wrong.push(`Events tell of order ${id}, which there is none of.`);
  const kept = new Map(orders.map((order) => [order.id, order]));
  for (const begun of played.ledger.orders.values()) {
    // A scan whose order ended in between, or never came to be, has one only once its workflow began.
    const difference = begun.state === undefined ? undefined : differs(begun, kept.get(begun.orderId));
    if (difference !== undefined) wrong.push(difference);
  }
  return wrong;
};

/** The queue's counter equals the number of orders that hold a place, at any moment. */
export const queue: Check = ({ world, played, orders }) => {
  const [queue] = world.documents<{ active: number }>("orders", played.store, "c.id = 'queue'");
  const active = orders.filter(({ state }) => isActive(state)).length;
  return (queue?.active ?? 0) === active
    ? []
    : [`The queue counts ${queue?.active}, and ${active} orders hold a place.`];
};

/** All orders of a customer that hold a place are among their open ones; and nobody is refused because of an order that held none any more. */
export const customers: Check = (look) => {
  const { world, played, orders } = look;
  const kept = world.documents<{ open: string[] }>("orders", played.store, "c.kind = 'customer'");
  const open = new Set(kept.flatMap((customer) => customer.open));
  const left = orders.filter(({ id, state, counter }) => isActive(state) && !counter && !open.has(id));
  const refused = orders.filter(({ end }) => end?.reason === "limit");
  // Events are read only if necessary: this check also runs in the middle of a day.
  const told = refused.length > 0 ? byOrder(look.events) : new Map<string, never>();
  const inTheWay = refused.flatMap(({ id, createdAt, end }) => {
    const of = end?.openOrderId;
    const since = new Date(Date.parse(createdAt) - seenWithin).toISOString();
    const states = statesBetween(told.get(of ?? "") ?? [], since, createdAt);
    return states.length > 0 && !states.some(isActive)
      ? [`Order ${id} was refused for order ${of}, which was ${states.join(", then ")} by then.`]
      : [];
  });
  return [...left.map(({ id }) => `Order ${id} holds a place, and its customer does not have it open.`), ...inTheWay];
};

/** The states of an order between two moments, both included: the state at the first, and all later ones. Pure. */
export function statesBetween(
  events: readonly Pick<CremaEvent, "time" | "data">[],
  from: string,
  to: string,
): OrderState[] {
  const last = events.findLastIndex(({ time }) => time < from);
  return events
    .filter(({ time }, at) => at >= last && time <= to)
    .map(({ data }) => (data as { order: { state: OrderState } }).order.state);
}

/** Numbers count from 1 on each business day, without gaps or duplicates. */
export const numbers: Check = ({ orders, day }) => {
  const given = orders
    .filter(({ number }) => number !== undefined)
    .map(({ number = 0, queuedAt = "" }) => ({ number, queuedAt }))
    .sort((a, b) => a.queuedAt.localeCompare(b.queuedAt) || a.number - b.number);
  // If the owner moves the store, the documents do not say when the business day changed.
  const moved = day.deeds.some((deed) => deed.does === "set" && deed.settings.timeZone !== undefined);
  const dayOf = new Intl.DateTimeFormat("sv", { timeZone: day.timeZone, dateStyle: "short" });
  const days = Map.groupBy(given, ({ queuedAt }) => (moved ? "" : dayOf.format(new Date(queuedAt))));
  return [...days].flatMap(([date, some]) => {
    const numbers = some.map(({ number }) => number);
    const runs = numbers.filter((number) => number === 1).length;
    const follows = numbers.every((number, at) => number === (numbers[at - 1] ?? 0) + 1 || number === 1);
    return follows && runs <= (moved ? 3 : 1) ? [] : [`The numbers of ${date} are ${numbers.join(", ")}.`];
  });
};

/** A submitted order has a number within minutes, whatever the faults, and a call that is due happens. */
export const promptness: Check = ({ orders, now }) =>
  orders.flatMap(({ id, submittedAt, queuedAt, endedAt, callAt }) => {
    const waited = queuedAt && submittedAt ? Date.parse(queuedAt) - Date.parse(submittedAt) : 0;
    return [
      ...(waited > sweptWithin ? [`Order ${id} waited ${waited / 1000} s for its number.`] : []),
      // After the call the time of the call is deleted.
      ...(callAt !== undefined && Date.parse(callAt) + sweptWithin < (endedAt ? Date.parse(endedAt) : now)
        ? [`Order ${id} was to be called at ${callAt}, and was not.`]
        : []),
    ];
  });

/** An event has the time of the decision; a slow database writes it later; in ms. */
const seenWithin = 60_000;
/** Several runs of the sweep, since faults can hit it as well; in ms. */
const sweptWithin = 400_000;
