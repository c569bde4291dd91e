import type { WaitRange } from "../../contracts/order.ts";
import { atWork, type Effort, efforts, type Facts, type OpenOrder, pickUps } from "./work.ts";

/** With fewer drinks made in the last hour there is no estimate. */
const least = 3;
/** How many times the queue is simulated. */
const rounds = 200;
/** The share of rounds that the range should contain. It is not narrowed below this share. */
const wanted = 0.98;
/** If the range contains a smaller share of the rounds, there is no estimate. */
const honest = 0.7;
/** The relative variation of a simulated drink's duration around the sample that it is drawn from. */
const variation = 0.2;

/** The order whose waiting time is requested: an open one, or one for a drink (if known) that would be submitted now. */
export type Asked = { id: string } | { drink?: string; deadline?: number };

/**
 * Estimates how long until an order is ready, in minutes from `now`: a range of whole minutes, at most 3 minutes or 60 % of its middle wide, whichever
 * is more. `undefined` if there is too little data, or if no range of that width contains most of the simulated results.
 *
 * The queue is simulated many times (Monte Carlo). In each round, every drink takes as long as a similar one took in the last hour, and the barista who
 * is free first makes the oldest order. The random numbers depend only on the round and the place, so the same facts give the same estimate, and
 * another order in the queue never shortens a wait. Pure.
 */
export function waitOf(facts: Facts, asked: Asked): WaitRange | undefined {
  const waits = waitsOf(facts, asked);
  return waits && rangeOf(waits);
}

/** The simulated waiting time of each round, in minutes, ascending; `undefined` if there is too little data. Pure. */
export function waitsOf(facts: Facts, asked: Asked): number[] | undefined {
  const made = efforts(facts);
  if (facts.made.length < least) return undefined;
  const byDrink = Map.groupBy(made, ({ drink }) => drink);
  const own = "id" in asked ? facts.open.find(({ id }) => id === asked.id) : undefined;
  if ("id" in asked && own === undefined) return undefined;
  const bar = atWork(facts, made);
  if (bar.length === 0) return undefined;
  const held = new Set(bar.flatMap(({ holds }) => holds.map(({ order }) => order.id)));
  const waiting = facts.open.filter(({ id, claimedAt }) => !held.has(id) && claimedAt === undefined);
  const last = own === undefined ? waiting.length : waiting.indexOf(own);
  // A barista who has left holds the order, so there is no estimate.
  if (last < 0 && own !== undefined && !held.has(own.id)) return undefined;
  const before: (OpenOrder | undefined)[] = last < 0 ? [] : waiting.slice(0, last + 1);
  if (own === undefined) before.push(undefined);
  const ownDeadline = ("id" in asked ? own : asked)?.deadline ?? Number.POSITIVE_INFINITY;
  const ownDrink = "id" in asked ? own?.drink : asked.drink;
  const noticed = pickUps(facts);

  const waits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const pace = 1 + (2 * chance(round, 0, 0) - 1) / Math.sqrt(3 * made.length);
    const take = (place: number, drink: string | undefined, since: number): number =>
      pace * drawn((turn) => chance(round, place, turn), byDrink.get(drink ?? "") ?? [], made, since);
    let place = 1;
    let ready: number | undefined;
    const free = bar.map(({ holds }) => {
      let at = 0;
      for (const { order, spent } of holds) {
        const until = (order.deadline ?? Number.POSITIVE_INFINITY) - facts.now;
        at += take(place++, order.drink, spent / pace) - spent;
        if (order === own && at <= until) ready = at;
        at = Math.min(at, Math.max(until, 0));
      }
      return at;
    });
    for (const [index, order] of before.entries()) {
      const first = free.indexOf(Math.min(...free));
      // The requested order has its own random numbers, independent of its place.
      const isOwn = index === before.length - 1;
      const noticedIn = noticed[Math.floor(chance(round, isOwn ? -3 : -1, isOwn ? 0 : index) * noticed.length)] ?? 0;
      const waited = order === undefined ? 0 : facts.now - order.submittedAt;
      const start = Math.max(free[first] ?? 0, noticedIn - waited);
      const done = start + take(isOwn ? -2 : place++, isOwn ? ownDrink : order?.drink, 0);
      const until = (isOwn ? ownDeadline : (order?.deadline ?? Number.POSITIVE_INFINITY)) - facts.now;
      // An order that expires is not started, or is abandoned.
      free[first] = Math.max(free[first] ?? 0, Math.min(done, until));
      if (isOwn && done <= until) ready = done;
    }
    waits.push((ready ?? Number.POSITIVE_INFINITY) / 60_000);
  }
  return waits.sort((a, b) => a - b);
}

/** The upper bound of the widest allowed range from `from` minutes: 60 % of its middle, or 3 minutes. */
const widest = (from: number) => Math.max(from + 3, Math.floor((13 * from) / 7));

/** The range that contains most of the waits (minutes, ascending), narrowed while it still contains enough of them. */
function rangeOf(waits: readonly number[]): WaitRange | undefined {
  const within = (from: number, to: number) => waits.filter((wait) => wait >= from && wait <= to).length / waits.length;
  const latest = waits.findLast(Number.isFinite) ?? 0;
  let best = { from: 0, to: 3, share: within(0, 3) };
  for (let from = 1; from <= latest; from++) {
    const share = within(from, widest(from));
    if (share > best.share) best = { from, to: widest(from), share };
  }
  if (!(best.share >= honest)) return undefined;
  let { from, to } = best;
  for (;;) {
    const sooner = to - from > 1 ? within(from, to - 1) : 0;
    const later = to - from > 1 ? within(from + 1, to) : 0;
    if (Math.max(sooner, later) < wanted) return { from, to };
    if (sooner >= later) to--;
    else from++;
  }
}

/**
 * Draws the duration (ms) of a drink that has already taken `spent`. It uses a sample of the same kind with odds of n to 1, where n is the number of
 * such samples; else any sample. If none is longer than `spent`, it is somewhat more than that.
 */
function drawn(random: (turn: number) => number, kind: Effort[], all: Effort[], spent: number): number {
  for (let turn = 1; turn < 24; turn += 3) {
    const from = random(turn) * (kind.length + 1) < kind.length ? kind : all;
    const { took } = from[Math.floor(random(turn + 1) * from.length)] as Effort;
    const takes = took * (1 + variation * (2 * random(turn + 2) - 1));
    if (takes > spent) return takes;
  }
  return spent * (1.1 + 0.5 * random(25));
}

/** A pseudo-random number from 0 to 1 that depends only on its arguments, with the mixing function of Austin Appleby's MurmurHash3. */
function chance(round: number, place: number, turn: number): number {
  let bits = Math.imul(round + 1, 0x9e3779b1) ^ Math.imul(place + 7, 0x85ebca77) ^ Math.imul(turn + 3, 0xc2b2ae3d);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
