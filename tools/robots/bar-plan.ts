import type { CancelRequest } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { between, chanceFor, oneOf } from "./chance.ts";
import { habits, minute, second } from "./habits.ts";

/** How a drink goes that a barista takes on. */
export interface MakingPlan {
  /** In ms of the stand's clock. */
  takes: number;
  /** How it ends: well, or somebody else is to make it, or nobody can. */
  end: "ready" | "release" | "cancel";
  tapsTwice: boolean;
}

/** The `n`-th drink of a barista. Pure. @param haste how much of their usual time baristas take */
export function planMaking(seed: number, barista: number, n: number, haste = 1): MakingPlan {
  const chance = chanceFor(seed, "making", barista, n);
  const takes = haste * between((chance() + chance()) / 2, 25 * second, 75 * second);
  const ends = chance();
  const { releases, cancelsAtBar, tapsTwice } = habits;
  const end = ends < releases ? "release" : ends < releases + cancelsAtBar ? "cancel" : "ready";
  return { takes, end, tapsTwice: chance() < tapsTwice };
}

/** A touch that can be taken back. */
export type TakenBack = keyof typeof habits.takesBack;

/** Whether the `n`-th touch of that kind of a barista was a wrong one. Pure. */
export function isSlip(seed: number, barista: number, command: TakenBack, n: number): boolean {
  return chanceFor(seed, "wrong", barista, command, n)() < habits.takesBack[command];
}

/** The reasons that baristas give, as the dialog of their app offers them. */
const reasons = [
  { note: "Out of stock", why: "out-of-stock" },
  { note: "The machine is down", why: "machine-down" },
] as const satisfies Required<Pick<CancelRequest, "note" | "why">>[];

/** A drink in a barista's hands. */
export interface InHand extends MakingPlan {
  orderId: string;
  /** In ms since the epoch, as all moments here. */
  doneAt: number;
}

/** What a barista sees. */
export interface AtTheBar {
  now: number;
  /** Those that nobody has taken on, the longest waiting first. */
  queue: readonly OrderView[];
  ready: readonly OrderView[];
  /** Orders of guests who stand at the counter for them. */
  atCounter: ReadonlySet<string>;
  /** Orders whose guests the bar knows to come, or not to: of all others nobody says when they are fetched. */
  announced: ReadonlySet<string>;
  inHand: InHand | undefined;
  /** So long (ms) a ready order waits before it is called once more. */
  waitsFor: number;
  /** How many work there, and which of them this one is. */
  baristas: number;
  index: number;
}

export type Move =
  | { kind: "collect" | "claim" | "release" | "ready" | "call" | "give-up"; order: OrderView | string }
  | { kind: "cancel"; order: string; request: CancelRequest }
  | { kind: "look" };

/** A stranger's drink stands for so long before it is taken to have been fetched. */
const fetchedAfter = 60 * second;
/** What was not fetched is called again after so long, and given up when it has stood for so long in all beyond its time. */
const calledAfter = 2 * minute;
const givenUpAfter = 5 * minute;

/** What a barista does next: hands over first, calls what nobody fetches or gives it up, ends what is in hand, takes on what waits longest. Pure; `chance` from 0 to 1. */
export function nextMove(seen: AtTheBar, chance: () => number): Move {
  const { now, queue, ready, atCounter, announced, inHand, waitsFor, baristas, index } = seen;
  const stands = (order: OrderView) =>
    atCounter.has(order.id) || (!announced.has(order.id) && now - Date.parse(order.readyAt ?? "") > fetchedAfter);
  // A guest stands before one of them; a colleague reaches for the same cup only now and then.
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
  // Many do not all reach for the first.
  const place = Math.floor(chance() * (baristas - 1)) + (chance() < habits.takesSecond ? 1 : 0);
  const order = waiting[Math.min(place, waiting.length - 1)];
  return order === undefined ? { kind: "look" } : { kind: "claim", order };
}

/** Which of so many baristas a guest comes to. */
const before = ({ number = 0 }: OrderView, baristas: number) => number % baristas;
