import type { OrderEventType } from "../../contracts/events.ts";
import {
  type CancelReason,
  type ExpiryReason,
  isActive,
  type OrderState,
  type RecalledFrom,
  recallMinutes,
} from "../../contracts/order-states.ts";
import type { ProblemCode } from "../../contracts/problem.ts";
import { type Choice, holds, type Wish } from "./choice.ts";
import type { Command, Order, Part } from "./order.ts";

export interface Actor {
  id: string;
  /** The name that colleagues see; for staff only. */
  name?: string | undefined;
  parts: Part[];
}

/** The actor of the steps that the orchestration or the sweep takes. */
export const workflow: Actor = { id: "workflow", parts: ["workflow"] };

export type Request =
  | { command: "submit" | "place"; wish: Wish; choice: Choice; deadline: string; version?: number | undefined }
  | { command: "claim" | "release" | "collect" | "call" | "give-up"; version?: number | undefined }
  | { command: "ready"; waits?: Waits | undefined; version?: number | undefined }
  /** `deadline`: until when the drink must be made, if the order goes back to the bar. */
  | { command: "recall"; deadline: string; version?: number | undefined }
  | { command: "cancel"; note?: string | undefined; why?: CancelReason | undefined; version?: number | undefined }
  | { command: "number"; number: number; deadline: string; version?: undefined }
  | { command: "expire"; version?: undefined };

/** When the customer of a ready order is called again, and when the order is given up. */
export type Waits = Required<Pick<Order, "callAt" | "waitsUntil">>;

export type Decision =
  | { kind: "change"; order: Order; event: OrderEventType }
  /** A repetition by the same actor, which gets the first reply again; or a step of the orchestration that is not due. */
  | { kind: "same" }
  | { kind: "refused"; code: ProblemCode; detail: string; errors?: { path: string; message: string }[] };

export interface Transition {
  command: Command;
  by: Part;
  from: OrderState[];
  to: OrderState;
  event: OrderEventType;
  reason?: ExpiryReason;
}

/** The state machine of an order. All other transitions are refused. */
export const transitions: readonly Transition[] = [
  { command: "submit", by: "customer", from: ["choosing"], to: "submitted", event: "crema.order.submitted.v1" },
  { command: "place", by: "counter", from: ["choosing"], to: "submitted", event: "crema.order.submitted.v1" },
  { command: "number", by: "workflow", from: ["submitted"], to: "queued", event: "crema.order.queued.v1" },
  { command: "claim", by: "barista", from: ["queued"], to: "making", event: "crema.order.claimed.v1" },
  { command: "release", by: "barista", from: ["making"], to: "queued", event: "crema.order.released.v1" },
  { command: "release", by: "admin", from: ["making"], to: "queued", event: "crema.order.released.v1" },
  { command: "ready", by: "barista", from: ["making", "queued"], to: "ready", event: "crema.order.ready.v1" },
  { command: "collect", by: "barista", from: ["ready"], to: "collected", event: "crema.order.collected.v1" },
  { command: "call", by: "barista", from: ["ready"], to: "ready", event: "crema.order.called.v1" },
  { command: "call", by: "workflow", from: ["ready"], to: "ready", event: "crema.order.called.v1" },
  { command: "give-up", by: "barista", from: ["ready"], to: "uncollected", event: "crema.order.uncollected.v1" },
  { command: "give-up", by: "workflow", from: ["ready"], to: "uncollected", event: "crema.order.uncollected.v1" },
  { command: "recall", by: "barista", from: ["ready"], to: "making", event: "crema.order.recalled.v1" },
  { command: "recall", by: "barista", from: ["collected"], to: "ready", event: "crema.order.recalled.v1" },
  { command: "recall", by: "barista", from: ["cancelled"], to: "queued", event: "crema.order.recalled.v1" },
  {
    command: "cancel",
    by: "customer",
    from: ["choosing", "submitted", "queued"],
    to: "cancelled",
    event: "crema.order.cancelled.v1",
  },
  {
    command: "cancel",
    by: "barista",
    from: ["submitted", "queued", "making"],
    to: "cancelled",
    event: "crema.order.cancelled.v1",
  },
  {
    command: "expire",
    by: "workflow",
    from: ["choosing"],
    to: "expired",
    event: "crema.order.expired.v1",
    reason: "customer",
  },
  {
    command: "expire",
    by: "workflow",
    from: ["submitted", "queued", "making"],
    to: "expired",
    event: "crema.order.expired.v1",
    reason: "barista",
  },
];

/** How long before its deadline an order may expire, in ms. Timers on Azure can fire up to a second early, and clocks differ. */
export const earliness = 2_000;

/** The default time after which a ready order is given up, in ms. */
const waitedFor = 24 * 60 * 60_000;
/** How many times an order may be recalled. No barista needs more. */
const mostRecalls = 20;

/** Decides what a command does to an order. Pure; `now` is in ms since the epoch. */
export function decide(order: Order, request: Request, actor: Actor, now: number): Decision {
  const { command } = request;
  const open = transitions.filter((row) => row.command === command && actor.parts.includes(row.by));
  if (open.length === 0) {
    const whose = [...new Set(transitions.filter((row) => row.command === command).map((row) => row.by))];
    return refused("forbidden", `Only ${whose.map((part) => people[part]).join(" or ")} may ${command} this order.`);
  }
  if (isRepeated(order, request, actor)) return { kind: "same" };
  const holder = heldByAnother(order, request, actor);
  if (holder !== undefined) return refused("order-held", `${holder} is making it.`);
  if (request.version !== undefined && request.version !== order.version) {
    return refused("order-version", `You saw version ${request.version}; the order is at ${order.version} by now.`);
  }
  const row = pick(open, order.state, request);
  if (row === undefined) {
    const from = [...new Set(open.flatMap((possible) => possible.from))];
    return refused("order-state", `The order is ${order.state}. To ${command} it, it must be ${from.join(" or ")}.`);
  }
  if (command === "expire" && (order.deadline === undefined || Date.parse(order.deadline) - earliness > now)) {
    return { kind: "same" };
  }
  if (row.by === "workflow" && row.from.includes("ready") && !isDue(order, command, now)) return { kind: "same" };
  const no = command === "recall" ? noRecall(order, now) : undefined;
  if (no) return no;
  if (row.by === "barista" && request.command === "cancel" && request.note === undefined) {
    const errors = [{ path: "note", message: "is missing: the customer is told why" }];
    return refused("bad-request", "A barista gives a reason for a cancellation, in note.", errors);
  }
  if ("choice" in request && "refused" in request.choice) {
    const { refused: code, detail, errors } = request.choice;
    return refused(code, detail, errors);
  }
  return { kind: "change", order: apply(order, row, request, actor, new Date(now).toISOString()), event: row.event };
}

/** Whether an automatic step for a ready order is due. */
function isDue({ callAt, waitsUntil, readyAt }: Order, command: Command, now: number): boolean {
  if (command === "call") return callAt !== undefined && Date.parse(callAt) <= now;
  const until = waitsUntil === undefined ? Date.parse(readyAt ?? "") + waitedFor : Date.parse(waitsUntil);
  return until <= now;
}

/** Why an order cannot be recalled although its state would allow it. */
function noRecall({ state, end, number, readyAt, endedAt, recalled = [] }: Order, now: number): Decision | undefined {
  if (state === "cancelled" && end?.by !== "barista") {
    return refused(
      "order-state",
      "The order is cancelled by its customer. To recall it, the bar must have cancelled it.",
    );
  }
  if (state === "cancelled" && number === undefined) {
    return refused("order-state", "The order is cancelled, and had no number yet: its scan was given back.");
  }
  const since = Date.parse((state === "ready" ? readyAt : endedAt) ?? "");
  if (!(now - since <= recallMinutes * 60_000)) {
    return refused("recall-over", `The order is ${state} for more than ${recallMinutes} minutes: that stays so.`);
  }
  if (recalled.length < mostRecalls) return undefined;
  return refused("recall-over", `The order was recalled ${mostRecalls} times. That is enough.`);
}

/** Whether a change takes a place in the queue: an order that was ready or cancelled is back at the bar. */
export function takesPlace(before: OrderState, after: OrderState): boolean {
  return !isActive(before) && isActive(after);
}

/** Whether a change releases the order's place in the queue. */
export function givesPlaceBack(before: OrderState, after: OrderState): boolean {
  return isActive(before) && !isActive(after);
}

const people: Record<Part, string> = {
  customer: "its customer",
  counter: "a barista at the counter",
  barista: "a barista",
  admin: "an admin",
  workflow: "the workflow",
};

function refused(code: ProblemCode, detail: string, errors?: { path: string; message: string }[]): Decision {
  return { kind: "refused", code, detail, ...(errors === undefined ? {} : { errors }) };
}

const afterSubmit: OrderState[] = ["submitted", "queued", "making", "ready", "collected", "uncollected"];
/** Commands that may be repeated on purpose: a request with the current version is a new command, not a retry. */
const again: readonly Command[] = ["recall", "call"];

function isRepeated(order: Order, request: Request, actor: Actor): boolean {
  if (request.command === "submit") return afterSubmit.includes(order.state) && holds(order, request.wish);
  if (again.includes(request.command) && request.version === order.version) return false;
  return (
    order.last?.command === request.command &&
    order.last.by === actor.id &&
    transitions.some((row) => row.command === request.command && row.to === order.state)
  );
}

/** The name of another barista who is making the order, if that forbids the command. */
function heldByAnother(order: Order, { command }: Request, actor: Actor): string | undefined {
  const { state, barista } = order;
  if (state !== "making" || barista === undefined || barista.id === actor.id) return undefined;
  const inTheWay = command === "claim" || (command === "release" && !actor.parts.includes("admin"));
  return inTheWay ? barista.name : undefined;
}

/** A barista who cancels their own order acts as its customer, unless they give a reason. */
function pick(rows: Transition[], state: OrderState, request: Request): Transition | undefined {
  const possible = rows.filter((row) => row.from.includes(state));
  const preferred = request.command === "cancel" && request.note !== undefined ? "barista" : "customer";
  return possible.find((row) => row.by === preferred) ?? possible[0];
}

/** The staff who worked on the order. Orders of earlier versions have no `hands`: there, the barista and the last actor. */
function handsOf({ hands, barista, last }: Order): string[] {
  return hands ?? [barista?.id, last?.name === undefined ? undefined : last.by].filter((id) => id !== undefined);
}

const isStaff = (part: Part) => part === "barista" || part === "admin" || part === "counter";

function apply(order: Order, row: Transition, request: Request, actor: Actor, at: string): Order {
  const name = isStaff(row.by) ? actor.name : undefined;
  const next: Order = {
    ...order,
    ...(name && { hands: [...new Set([...handsOf(order), actor.id])] }),
    state: row.to,
    version: order.version + 1,
    // A call does not change the state.
    changedAt: row.command === "call" ? order.changedAt : at,
    last: {
      command: row.command,
      by: actor.id,
      as: row.by,
      ...(name && { name }),
    },
  };
  if (!isActive(row.to)) delete next.deadline;
  switch (request.command) {
    case "submit":
    case "place":
      if ("refused" in request.choice) throw new TypeError("A refused choice cannot be submitted.");
      next.drink = request.choice.drink;
      next.options = request.choice.options;
      next.submittedAt = at;
      next.deadline = request.deadline;
      break;
    case "number":
      next.number = request.number;
      next.queuedAt = at;
      next.deadline = request.deadline;
      break;
    case "claim":
      next.barista = { id: actor.id, name: actor.name ?? "" };
      next.claimedAt = at;
      break;
    case "release":
      delete next.barista;
      delete next.claimedAt;
      break;
    case "ready":
      next.barista ??= { id: actor.id, name: actor.name ?? "" };
      next.readyAt = at;
      Object.assign(next, request.waits);
      break;
    case "call":
      next.calledAt = at;
      if (row.by === "workflow") delete next.callAt;
      break;
    case "give-up":
      next.endedAt = at;
      next.end = {
        by: row.by === "barista" ? "barista" : "system",
        ...(row.by === "barista" && actor.name ? { name: actor.name } : {}),
      };
      break;
    case "recall":
      return takenBack(next, order, request.deadline, at);
    case "collect":
      next.endedAt = at;
      break;
    case "cancel":
      next.endedAt = at;
      next.end = {
        by: row.by === "customer" ? "customer" : "barista",
        ...(row.by === "barista" && actor.name ? { name: actor.name } : {}),
        ...(row.by === "barista" && request.note !== undefined ? { note: request.note } : {}),
        ...(row.by === "barista" && request.why !== undefined ? { why: request.why } : {}),
      };
      break;
    case "expire":
      next.endedAt = at;
      next.end = { by: "system", ...(row.reason === undefined ? {} : { reason: row.reason }) };
      break;
  }
  return next;
}

/** The order after a recall. It keeps the reversed steps in `recalled`, since the figures have counted them. */
function takenBack(next: Order, before: Order, deadline: string, at: string): Order {
  const { state, claimedAt, readyAt, endedAt, end } = before;
  const from = state as RecalledFrom;
  const entry = {
    at,
    from,
    since: (from === "ready" ? readyAt : endedAt) ?? at,
    ...(claimedAt !== undefined && { claimedAt }),
    ...(from === "collected" && readyAt !== undefined && { readyAt }),
    ...(from === "cancelled" && end?.why !== undefined && { why: end.why }),
  };
  next.recalled = [...(before.recalled ?? []), entry];
  delete next.endedAt;
  delete next.end;
  if (from === "collected") return next;
  next.deadline = deadline;
  for (const field of ["readyAt", "calledAt", "callAt", "waitsUntil"] as const) delete next[field];
  if (from === "ready") next.claimedAt ??= at;
  else for (const field of ["barista", "claimedAt"] as const) delete next[field];
  return next;
}
