/** What people at a stand do, as shares of visits or drinks; times in ms of the stand's clock. */
export const habits = {
  /** Of customers. */
  cancels: 0.03,
  neverChooses: 0.02,
  neverComes: 0.01,
  tapsTwice: 0.08,
  /** Scans a picture that they took of an earlier code. */
  scansOldCode: 0.03,
  typesWrongCode: 0.02,
  losesNetwork: 0.05,
  /** A barista takes their order at the counter. */
  hasNoPhone: 0.03,
  /** Of drinks that a barista takes on. */
  releases: 0.03,
  cancelsAtBar: 0.01,
  /** Takes the second in the queue. */
  takesSecond: 0.1,
  /** Of touches of that kind: was wrong, and is taken back a moment later. */
  takesBack: { ready: 0.03, collect: 0.02, cancel: 0.5 },
} as const;

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** A visit takes so long with nobody before one, and a drink takes a barista so long, on average. */
const usualVisit = 3 * minute;
const usualDrink = 50 * second;

/** What a crowd is made of. */
export interface Crowd {
  customers: number;
  anHour: number;
  baristas: number;
}

/**
 * How much of their usual time people take, so that as many orders an hour as asked for can be had of so few of them: 1 where that is no matter. A
 * little is left over, or a queue would never get shorter.
 */
export function hasteOf({ customers, anHour, baristas }: Crowd): { customers: number; baristas: number } {
  const each = hour / anHour;
  return {
    customers: Math.min(1, (0.7 * customers * each) / usualVisit),
    baristas: Math.min(1, (0.8 * baristas * each) / usualDrink),
  };
}
