import type { CancelRequest } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { between, chanceFor, oneOf } from "./chance.ts";
import { habits, minute, second } from "./habits.ts";

/** The plan for a drink that a barista claims. */
export interface MakingPlan {
  /** In ms of the stand's clock. */
  takes: number;
  /** The outcome: ready, released for another barista, or cancelled. */
  end: "ready" | "release" | "cancel";
  tapsTwice: boolean;
}

/** The `n`-th drink of a barista. Pure. @param haste factor for the usual time of baristas */
export function planMaking(seed: number, barista: number, n: number, haste = 1): MakingPlan {
  const chance = chanceFor(seed, "making", barista, n);
  const takes = haste * between((chance() + chance()) / 2, 25 * second, 75 * second);
  const ends = chance();
  const { releases, cancelsAtBar, tapsTwice } = habits;
  const end = ends < releases ? "release" : ends < releases + cancelsAtBar ? "cancel" : "ready";
  return { takes, end, tapsTwice: chance() < tapsTwice };
}

/** A command that can be undone. */
export type TakenBack = keyof typeof habits.takesBack;

/** Whether a barista's `n`-th command of this kind was a mistake. Pure. */
export function isSlip(seed: number, barista: number, command: TakenBack, n: number): boolean {
  return chanceFor(seed, "wrong", barista, command, n)() < habits.takesBack[command];
}

/** The reasons for a cancellation, as the dialog of the barista's app offers them. */
const reasons = [
  { note: "Out of stock", why: "out-of-stock" },
  { note: "The machine is down", why: "machine-down" },
] as const satisfies Required<Pick<CancelRequest, "note" | "why">>[];

/** A drink that a barista is making. */
export interface InHand extends MakingPlan {
  orderId: string;
  /** In ms since the epoch, as all moments here. */
  doneAt: number;
}

/** What a barista sees. */
export interface AtTheBar {
  now: number;
  /** Unclaimed orders, longest waiting first. */
  queue: readonly OrderView[];
  ready: readonly OrderView[];
  /** Orders whose guests stand at the counter. */
  atCounter: ReadonlySet<string>;
  /** Orders of simulated guests, who tell whether they come. For other orders nobody does. */
  announced: ReadonlySet<string>;
  inHand: InHand | undefined;
  /** How long (ms) a ready order waits before it is called again. */
  waitsFor: number;
  /** The number of baristas, and the index of this one. */
  baristas: number;
  index: number;
}

export type Move =
  | { kind: "collect" | "claim" | "release" | "ready" | "call" | "give-up"; order: OrderView | string }
  | { kind: "cancel"; order: string; request: CancelRequest }
  | { kind: "look" };

/** How long an unannounced guest's drink stands before it is assumed to be fetched. */
const fetchedAfter = 60 * second;
/** An unfetched drink is called again after `calledAfter`, and given up `givenUpAfter` past its time. */
const calledAfter = 2 * minute;
const givenUpAfter = 5 * minute;

/**
 * A barista's next move, by priority: hand over, call or give up unfetched drinks, finish the current drink, claim the longest waiting. Pure;
 * `chance` from 0 to 1.
 */
export function nextMove(seen: AtTheBar, chance: () => number): Move {
  const { now, queue, ready, atCounter, announced, inHand, waitsFor, baristas, index } = seen;
  const stands = (order: OrderView) =>
    atCounter.has(order.id) || (!announced.has(order.id) && now - Date.parse(order.readyAt ?? "") > fetchedAfter);
  // A guest stands before one of the baristas; another one only sometimes takes the same cup.
  const fetched = ready.filter(
    (order) => stands(order) && (before(order, baristas) === index || chance() < 0.1 / baristas),
  );
  if (fetched.length > 0) return { kind: "collect", order: oneOf(chance(), fetched) };
  const over = (order: OrderView) => now - Date.parse(order.readyAt ?? "") - waitsFor;
  const left = ready.find((order) => over(order) > 0 && before(order, baristas) === index);
  if (left !== undefined && over(left) > givenUpAfter) return { kind: "give-up", order: left };
  if (left !== undefined && !(now - Date.parse(left.calledAt ?? left.readyAt ?? "") < calledAfter))
    return { kind: "call", order: left };
  if (inHand !== undefined) {
    if (now < inHand.doneAt) return { kind: "look" };
    const { orderId: order, end } = inHand;
    if (end !== "cancel") return { kind: end, order };
    return { kind: "cancel", order, request: oneOf(chance(), reasons) };
  }
  const waiting = queue.filter(({ state }) => state === "queued");
  // Several baristas do not all claim the first order.
  const place = Math.floor(chance() * (baristas - 1)) + (chance() < habits.takesSecond ? 1 : 0);
  const order = waiting[Math.min(place, waiting.length - 1)];
  return order === undefined ? { kind: "look" } : { kind: "claim", order };
}

/** The barista that a guest comes to. */
const before = ({ number = 0 }: OrderView, baristas: number) => number % baristas;
