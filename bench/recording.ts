import { BenchStand, spentBetween } from "./stand.ts";

interface Round {
  /** Orders a second. */
  rate: number;
  /** Processor time of the system for each, in ms. */
  spent: number;
}

/**
 * What recording costs: two systems beside each other, one that records and one that does not, take orders in turn, so that whatever else the machine
 * does, and however warm the code is, meets both alike. Who begins changes from pair to pair. Processor time says more than orders a second where others
 * want the machine too. In a round each customer takes one order: the stand lets none scan more than ten codes a minute.
 */
export async function recordingCost({ pairs, customers }: Record<"pairs" | "customers", number>) {
  const [on, off] = [await BenchStand.open(customers, "on"), await BenchStand.open(customers, "off")];
  const round = async (stand: BenchStand): Promise<Round> => {
    const before = await stand.used();
    const { took } = await stand.takeOrders(customers);
    return { rate: (customers * 1000) / took, spent: spentBetween(before, await stand.used()) / customers };
  };
  // Until the code of both is as fast as it gets.
  for (const stand of [on, off, off, on]) await round(stand);
  const rounds: { on: Round; off: Round }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = await round(pair % 2 === 0 ? on : off);
    const second = await round(pair % 2 === 0 ? off : on);
    rounds.push(pair % 2 === 0 ? { on: first, off: second } : { on: second, off: first });
  }
  await Promise.all([on.close(), off.close()]);

  const ratios = (of: "rate" | "spent") => rounds.map((each) => each.on[of] / each.off[of]);
  process.stdout.write(`What recording costs: ${pairs} pairs of ${customers} orders at once, with and without it, in turn

  processor time of the system       ${inWords(ratios("spent"))} (${median(rounds.map(({ on }) => on.spent)).toFixed(1)} to ${median(rounds.map(({ off }) => off.spent)).toFixed(1)} ms an order)
  orders a second                    ${inWords(ratios("rate"))}
`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = Number.NaN, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** The median ratio as a difference, and the least and the most there were. */
function inWords(ratios: readonly number[]): string {
  const percent = (ratio: number) => `${ratio >= 1 ? "+" : "−"}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`;
  return `${percent(median(ratios))} (median of ${ratios.length}; ${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))})`;
}
