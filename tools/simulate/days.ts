import type { Fair } from "./fair.ts";
import { planFair, slot } from "./plan.ts";
import { type FairOutcome, type Outcome, simulateFair } from "./simulate-fair.ts";

/** The start of the first fair: the night before summer time begins in Europe. */
const first = Date.parse("2026-03-28T00:00:00Z");

/** How days are played. */
export interface How {
  /** How many stands share one clock; {@link usualStands} if missing. */
  stands?: number;
  /** Factor for the usual length of a day, for shorter ones. */
  share?: number;
}

/** More stands hardly make a day cheaper: little is left to share, and guests of one network get 300 sign-in codes an hour. */
export const usualStands = 8;

/** The `n`-th fair of a seed, independent of how many are simulated. Its days are those from the `n * stands`-th on. Pure. */
export function nthFair(seed: number, n: number, { stands = usualStands, share = 1 }: How = {}): Fair {
  const seedOf = (n: number) => seed * 1_000_003 + n;
  const days = Array.from({ length: stands }, (_, stand) => seedOf(n * stands + stand));
  return planFair(seedOf(n), first + n * slot, days, share);
}

/** The requested days of a fair: their number, and the first one. */
export interface Share {
  n: number;
  from: number;
  many: number;
}

/** The requested days, grouped by fair. Pure. */
export function fairByFair(from: number, many: number, stands: number): Share[] {
  const end = from + many;
  const shares: Share[] = [];
  for (let n = Math.floor(from / stands); n * stands < end; n++) {
    const first = Math.max(from, n * stands);
    shares.push({ n, from: first, many: Math.min(end, (n + 1) * stands) - first });
  }
  return shares;
}

/** The fairs that contain the requested days of a seed, from the `from`-th day on, without their other days. Pure. */
export function fairsOf(seed: number, from: number, many: number, how: How = {}): { n: number; fair: Fair }[] {
  const { stands = usualStands } = how;
  return fairByFair(from, many, stands).map(({ n, from, many }) => {
    const fair = nthFair(seed, n, how);
    const first = from - n * stands;
    return { n, fair: { ...fair, stands: fair.stands.slice(first, first + many) } };
  });
}

export interface Simulated extends FairOutcome {
  fair: Fair;
}

/** Simulates fairs one after the other. */
export async function* simulateEach(fairs: Iterable<Fair>, application?: string): AsyncGenerator<Simulated> {
  for (const fair of fairs) yield { ...(await simulateFair(fair, application)), fair };
}

/** Simulates the days of a seed from the `from`-th on, some at a time; `n` is the index of a day. */
export async function* simulate(
  seed: number,
  from: number,
  many: number,
  { application, ...how }: How & { application?: string } = {},
): AsyncGenerator<Omit<Simulated, "days"> & { days: (Outcome & { n: number })[] }> {
  const { stands = usualStands } = how;
  const planned = fairsOf(seed, from, many, how);
  let at = 0;
  for await (const { days, ...simulated } of simulateEach(
    planned.map(({ fair }) => fair),
    application,
  )) {
    const { n = 0 } = planned[at++] ?? {};
    yield { ...simulated, days: days.map((outcome) => ({ ...outcome, n: n * stands + outcome.day.stand })) };
  }
}
