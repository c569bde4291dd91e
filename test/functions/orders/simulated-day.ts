import type { WaitRange } from "../../../contracts/order.ts";
import { waitOf } from "../../../functions/orders/wait.ts";
import type { MadeOrder, OpenOrder } from "../../../functions/orders/work.ts";
import { chanceOf } from "../../../tools/robots/chance.ts";

export const minute = 60_000;
export const hour = 60 * minute;

/** A day at a stand; times in ms from its opening. */
export interface Day {
  seed: number;
  length: number;
  /** Orders an hour at a time. */
  arrivals: (at: number) => number;
  /** From when until when each barista is at work; what they hold when they go, they finish. */
  baristas: { from: number; to: number }[];
  /** How often each drink is ordered, and the minutes it takes in the middle. */
  drinks: Record<string, { share: number; minutes: number }>;
  /** Whether baristas claim what they make, or only say that it is ready. */
  claims: boolean;
  /** Drinks that a barista makes side by side. */
  together: number;
  /** No more are let in. */
  capacity: number;
  /** So long after its number an order expires. */
  expiresAfter: number;
}

export interface Told {
  /** At submission. */
  wait: WaitRange | undefined;
  /** Minutes from submission; missing when it expired. */
  ready?: number;
}

interface Making {
  order: OpenOrder;
  doneAt: number;
}

/** Lives a day through, second by second, and tells each order its wait when it is submitted. */
export function simulate(day: Day): Told[] {
  const random = chanceOf(day.seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const made: MadeOrder[] = [];
  let open: OpenOrder[] = [];
  const told = new Map<string, Told>();
  const hands = day.baristas.map((shift, n) => ({ ...shift, id: `barista-${n}`, making: [] as Making[], nextAt: 0 }));
  const drinkOf = (): string => {
    let left = random() * Object.values(day.drinks).reduce((sum, { share }) => sum + share, 0);
    for (const [name, { share }] of Object.entries(day.drinks)) {
      if (left < share) return name;
      left -= share;
    }
    throw new Error("There are no drinks.");
  };
  const step = 1000;
  for (let now = 0; now < day.length + hour; now += step) {
    for (const hand of hands) {
      hand.making = hand.making.filter(({ order }) => open.includes(order));
      for (const { order, doneAt } of hand.making.filter(({ doneAt }) => doneAt <= now)) {
        hand.making = hand.making.filter((one) => one.order !== order);
        open = open.filter((one) => one !== order);
        made.push({ ...order, barista: hand.id, readyAt: doneAt });
        const known = told.get(order.id);
        if (known) known.ready = (doneAt - order.submittedAt) / minute;
        // To hand it over and to look at the next ticket takes some seconds.
        hand.nextAt = now + 3000 + random() * 15_000;
      }
      if (now < hand.from || now >= hand.to || hand.making.length >= day.together || hand.nextAt > now) continue;
      const taken = new Set(hands.flatMap(({ making }) => making.map(({ order }) => order)));
      // A number takes a moment to come, and now and then someone takes the second in the queue.
      const waiting = open.filter((order) => !taken.has(order) && now - order.submittedAt >= 3000);
      const order = waiting[random() < 0.1 ? 1 : 0] ?? waiting[0];
      if (order === undefined) continue;
      // Whoever stood idle sees it after a while.
      if (hand.making.length === 0 && now - order.submittedAt < 30_000 && random() > 0.1) continue;
      if (day.claims) Object.assign(order, { claimedAt: now, barista: hand.id });
      const minutes = (day.drinks[order.drink]?.minutes ?? 2) * Math.exp(0.3 * normal());
      const before = Math.max(now, ...hand.making.map(({ doneAt }) => doneAt));
      hand.making.push({ order, doneAt: before + minutes * minute });
    }
    for (const order of open.filter(({ submittedAt }) => now - submittedAt > day.expiresAfter))
      open = open.filter((one) => one !== order);
    if (now >= day.length || random() * hour >= day.arrivals(now) * step || open.length >= day.capacity) continue;
    const order: OpenOrder = {
      id: `order-${told.size}`,
      drink: drinkOf(),
      submittedAt: now,
      deadline: now + day.expiresAfter,
    };
    open.push(order);
    const recent = made.filter(({ readyAt }) => readyAt >= now - hour);
    told.set(order.id, { wait: waitOf({ now, made: recent, open }, { id: order.id }) });
  }
  return [...told.values()];
}

export interface Shares {
  orders: number;
  /** Of all orders. */
  told: number;
  /** Of those that were told something; one that expired was not. */
  inside: number;
}

export function sharesOf(day: readonly Told[]): Shares {
  const told = day.filter(({ wait }) => wait !== undefined);
  const inside = told.filter(
    ({ wait, ready }) => wait && ready !== undefined && ready >= wait.from && ready <= wait.to,
  );
  return { orders: day.length, told: told.length / day.length, inside: inside.length / told.length };
}
