import { mean, meanWithin, middle } from "./pairs.ts";
import { type BenchStand, spentBetween } from "./stand.ts";
import { print, type Tell } from "./tell.ts";

interface Round {
  /** Orders per second. */
  rate: number;
  /** Processor time of the system per order, in ms. */
  spent: number;
  /** The part of `spent` in the application's thread. */
  application: number;
  /** The part of `spent` in the thread of the services and the host. */
  services: number;
}

/** The amount of work: each of the `openings` opens both systems twice, and runs `pairs` of rounds each time. */
export interface InTurn extends Record<"openings" | "pairs" | "customers" | "orders", number> {
  /**
   * Warm-up rounds of each system, three by default. After them the code of both is optimised, and the recording's buffer is full, so that each step
   * evicts the oldest one.
   */
  warm?: number;
}

/** Two rounds, one of each system. */
type Pair = Record<"on" | "off", Round>;

/**
 * Measures the cost of a feature. Two systems, one with it and one without, take orders in turn, so that other load on the machine and the warmth of
 * the code affect both alike. The order alternates from pair to pair.
 * Two processes with the same code differ for their whole life, depending on what was compiled when and on the memory layout; and the one that was
 * opened first is slower by a few hundredths. So both are opened anew several times, once in either order. The two runs together give one value: the
 * mean of the medians of their pairs' ratios. Reported are the mean of these values and its confidence interval. If other processes use the machine
 * too, processor time is more reliable than orders per second.
 * Returns the ratios of each opening, and the ms per order without the feature.
 */
export async function inTurn(
  what: string,
  open: Record<"with" | "without", () => Promise<BenchStand>>,
  { openings, pairs, customers, orders, warm = 3 }: InTurn,
  tell: Tell = print,
): Promise<Record<keyof Round | "without", number[]>> {
  const each: Pair[][][] = [];
  for (let opening = 0; opening < openings; opening++)
    each.push([await opened(open, true, { pairs, orders, warm }), await opened(open, false, { pairs, orders, warm })]);

  const told = (of: (pair: Pair) => number) => each.map((both) => mean(both.map((one) => middle(one.map(of)))));
  const ratios = (of: keyof Round) => told(({ on, off }) => on[of] / off[of]);
  const more = told(({ on, off }) => on.spent - off.spent);
  const without = told(({ off }) => off.spent);
  const found = {
    ...{ spent: ratios("spent"), application: ratios("application"), services: ratios("services") },
    ...{ rate: ratios("rate"), without },
  };
  tell(`What ${what} costs: with and without it in turn, ${2 * openings} times ${pairs} ${pairs === 1 ? "pair" : "pairs"} of ${orders} ${orders === 1 ? "order" : "orders"}, ${customers} at a time

  processor time of the system       ${inWords(found.spent)}
    in the application's thread      ${inWords(found.application)}
    in that of services and host     ${inWords(found.services)}
  of it                              ${mean(more).toFixed(2)} ms an order (${within(more, (ms) => ms.toFixed(2))}) beside ${mean(without).toFixed(1)} ms without
  orders a second                    ${inWords(found.rate)}
`);
  return found;
}

/** Opens two systems and runs the pairs. @param first whether the system with the feature is opened first */
async function opened(
  open: Record<"with" | "without", () => Promise<BenchStand>>,
  first: boolean,
  { pairs, orders, warm }: Record<"pairs" | "orders" | "warm", number>,
): Promise<Pair[]> {
  const earlier = await (first ? open.with() : open.without());
  const later = await (first ? open.without() : open.with());
  const [on, off] = first ? [earlier, later] : [later, earlier];
  try {
    for (let n = 0; n < warm; n++) for (const stand of n % 2 === 0 ? [on, off] : [off, on]) await round(stand, orders);
    const found: Pair[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const [before, after] = pair % 2 === 0 ? [on, off] : [off, on];
      const [earlier, later] = [await round(before, orders), await round(after, orders)];
      found.push(pair % 2 === 0 ? { on: earlier, off: later } : { on: later, off: earlier });
    }
    return found;
  } finally {
    await Promise.all([on.close(), off.close()]);
  }
}

async function round(stand: BenchStand, orders: number): Promise<Round> {
  await stand.minuteLater();
  const before = await stand.used();
  const { took } = await stand.takeOrders(orders);
  const after = await stand.used();
  const each = (thread?: "application" | "services") => spentBetween(before, after, thread) / orders;
  return {
    rate: (orders * 1000) / took,
    spent: each(),
    application: each("application"),
    services: each("services"),
  };
}

/** The confidence interval of the mean. */
function within(values: readonly number[], say: (value: number) => string): string {
  const { low, high } = meanWithin(values);
  return Number.isFinite(low) ? `95 %: ${say(low)} to ${say(high)}` : "of one opening only, so by chance";
}

/** The mean ratio as a difference, its confidence interval, and the ratios of all openings. */
function inWords(ratios: readonly number[]): string {
  const percent = (ratio: number) => `${ratio >= 1 ? "+" : "−"}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`;
  return `${percent(mean(ratios))} (${within(ratios, percent)}; each: ${ratios.map(percent).join(", ")})`;
}
