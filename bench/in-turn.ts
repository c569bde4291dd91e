import { chance, medianWithin } from "./pairs.ts";
import { type BenchStand, spentBetween } from "./stand.ts";

interface Round {
  /** Orders a second. */
  rate: number;
  /** Processor time of the system for each, in ms. */
  spent: number;
  /** Of that, in the application's thread. */
  application: number;
  /** And in that of the services and the host. */
  services: number;
}

/** How much is done to find out. */
export type InTurn = Record<"pairs" | "customers" | "orders", number>;

/**
 * What something costs: two systems beside each other, one with it and one without, take orders in turn, so that whatever else the machine does, and
 * however warm the code is, meets both alike. Who begins changes from pair to pair. Each pair is compared by itself: what is told is the middle of their
 * ratios, where it lies for certain, and in how many of them it cost something at all. Processor time says more than orders a second where others want
 * the machine too.
 */
export async function inTurn(
  what: string,
  open: Record<"with" | "without", () => Promise<BenchStand>>,
  { pairs, customers, orders }: InTurn,
): Promise<void> {
  const [on, off] = [await open.with(), await open.without()];
  const round = async (stand: BenchStand): Promise<Round> => {
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
  };
  // Until the code of both is as fast as it gets, and the buffer is full: then each step makes the oldest go.
  for (const stand of [on, off, off, on, on, off]) await round(stand);
  const rounds: { on: Round; off: Round }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = await round(pair % 2 === 0 ? on : off);
    const second = await round(pair % 2 === 0 ? off : on);
    rounds.push(pair % 2 === 0 ? { on: first, off: second } : { on: second, off: first });
  }
  await Promise.all([on.close(), off.close()]);

  const ratios = (of: keyof Round) => rounds.map((each) => each.on[of] / each.off[of]);
  const more = medianWithin(rounds.map((each) => each.on.spent - each.off.spent));
  const without = medianWithin(rounds.map((each) => each.off.spent));
  process.stdout.write(`What ${what} costs: ${pairs} pairs of ${orders} orders, ${customers} at a time, with and without it, in turn

  processor time of the system       ${inWords(ratios("spent"), (ratio) => ratio > 1)}
    in the application's thread      ${inWords(ratios("application"), (ratio) => ratio > 1)}
    in that of services and host     ${inWords(ratios("services"), (ratio) => ratio > 1)}
  of it                              ${more.median.toFixed(2)} ms an order (95 %: ${more.low.toFixed(2)} to ${more.high.toFixed(2)}) beside ${without.median.toFixed(1)} ms without
  orders a second                    ${inWords(ratios("rate"), (ratio) => ratio < 1)}
`);
}

/** The median ratio as a difference, where it lies, and whether that can be chance. */
function inWords(ratios: readonly number[], isWorse: (ratio: number) => boolean): string {
  const percent = (ratio: number) => `${ratio >= 1 ? "+" : "−"}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`;
  const { median, low, high } = medianWithin(ratios);
  const worse = ratios.filter(isWorse).length;
  return `${percent(median)} (95 %: ${percent(low)} to ${percent(high)}; worse in ${worse} of ${ratios.length}, by chance alone p = ${chance(worse, ratios.length).toFixed(3)})`;
}
