import { inWords, type Machine, machine } from "../machine.ts";
import { crema } from "./crema.ts";
import { dbos } from "./dbos.ts";
import { installPeers } from "./packages.ts";
import { restate } from "./restate.ts";
import { NotRun, type Open, type Side } from "./side.ts";
import { buildOurs, type Starting, starts } from "./starts.ts";

/** The results of one run: medians of the rounds, with minimum and maximum. */
export interface PeerFigures {
  machine: Machine;
  method: Amount;
  durable: DurableRow[];
  starts: { name: string; how: string; ms: Spread }[];
}

export interface DurableRow {
  name: string;
  durability: string;
  reached: string;
  /** Cycles per second; if it is missing, `notRun` has the reason. */
  cycles?: Spread;
  /** Ms from the event to the next step: the median and the 99th percentile of each round. */
  p50?: Spread;
  p99?: Spread;
  notRun?: string;
}

export interface Spread {
  median: number;
  least: number;
  most: number;
}

export interface Amount {
  rounds: number;
  cycles: number;
  events: number;
  atOnce: number;
  starts: number;
}

/**
 * Measures everything in one run: ours and the peers in turn, and the order rotates from round to round. All processes that it starts end with it.
 */
export async function measurePeers(amount: Amount): Promise<PeerFigures> {
  installPeers();
  const where = machine();
  process.stdout.write(`Beside others (${inWords(where)})\n`);
  return {
    machine: where,
    method: amount,
    durable: await measureDurable(amount, [crema, restate, dbos]),
    starts: await measureStarts(amount, starts),
  };
}

interface Rounds {
  side: Side;
  open?: Open;
  notRun?: string;
  cycles: number[];
  p50: number[];
  p99: number[];
}

/**
 * @param rest ms in which workflows begin to wait, before their events are sent: the engines have no common way to report that a workflow is waiting
 */
export async function measureDurable(
  { rounds, cycles, events, atOnce }: Omit<Amount, "starts">,
  sides: readonly Side[],
  rest = 2000,
): Promise<DurableRow[]> {
  const all: Rounds[] = [];
  try {
    for (const side of sides) {
      const of: Rounds = { side, cycles: [], p50: [], p99: [] };
      all.push(of);
      try {
        of.open = await side.open();
      } catch (error) {
        if (!(error instanceof NotRun)) throw error;
        of.notRun = error.message;
      }
    }
    // The first round warms up code and files.
    for (let round = 0; round <= rounds; round++) {
      const turn = [...all.slice(round % all.length), ...all.slice(0, round % all.length)];
      for (const { side, open, ...of } of turn) {
        if (open === undefined) continue;
        const rate = await open.cycles(`cycle-${round}`, cycles, atOnce);
        const times = (await open.wakes(`wake-${round}`, events, atOnce, rest)).sort((a, b) => a - b);
        if (round === 0) continue;
        of.cycles.push(rate);
        of.p50.push(times[Math.floor(times.length * 0.5)] ?? Number.NaN);
        of.p99.push(times[Math.floor(times.length * 0.99)] ?? Number.NaN);
        process.stderr.write(`  round ${round}: ${side.name}, ${Math.round(rate)} cycles a second\n`);
      }
    }
  } finally {
    for (const { open } of all) await open?.close();
  }
  return all.map(({ side: { name, durability, reached }, notRun, ...of }) => ({
    name,
    durability,
    reached,
    ...(notRun === undefined
      ? { cycles: spread(of.cycles), p50: spread(of.p50), p99: spread(of.p99) }
      : { notRun: `not run: ${notRun}` }),
  }));
}

/**
 * Starts each of them this many times in turn: ms from the command to the first answer.
 * @param before how many starts of each are not counted: the first one reads programs from the disk, and ours compiles what later ones use
 */
export async function measureStarts(
  { starts: times }: Pick<Amount, "starts">,
  which: readonly Starting[],
  before = 1,
): Promise<PeerFigures["starts"]> {
  const all = which.map((starting) => ({ starting, ms: [] as number[] }));
  await buildOurs();
  for (let round = -before; round < times; round++)
    for (const { starting, ms } of all) {
      const took = await starting.once();
      if (round >= 0) ms.push(took);
    }
  return all.map(({ starting: { name, how }, ms }) => ({ name, how, ms: spread(ms) }));
}

/** Three significant digits are as precise as these figures are. */
function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number) => Number((sorted[place] ?? Number.NaN).toPrecision(3));
  return { median: at(sorted.length >> 1), least: at(0), most: at(sorted.length - 1) };
}
