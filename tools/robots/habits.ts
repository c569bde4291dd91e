/** The behaviour of people at a stand, as shares of visits or drinks; times in ms of the stand's clock. */
export const habits = {
  /** Shares of customers. */
  cancels: 0.03,
  neverChooses: 0.02,
  neverComes: 0.01,
  tapsTwice: 0.08,
  /** Scans a photo of an earlier code. */
  scansOldCode: 0.03,
  typesWrongCode: 0.02,
  losesNetwork: 0.05,
  /** A barista takes their order at the counter. */
  hasNoPhone: 0.03,
  /** Shares of drinks that a barista claims. */
  releases: 0.03,
  cancelsAtBar: 0.01,
  /** Claims the second order in the queue. */
  takesSecond: 0.1,
  /** Shares of commands of each kind that were mistakes and are undone a moment later. */
  takesBack: { ready: 0.03, collect: 0.02, cancel: 0.5 },
} as const;

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** The average duration of a visit with nobody ahead, and of making a drink. */
const usualVisit = 3 * minute;
const usualDrink = 50 * second;

/** The composition of a crowd. */
export interface Crowd {
  customers: number;
  anHour: number;
  baristas: number;
}

/**
 * Factors for the usual times of people, so that so few of them reach the requested orders an hour; 1 if no hurry is needed. Leaves a margin, or the
 * queue would never get shorter.
 */
export function hasteOf({ customers, anHour, baristas }: Crowd): { customers: number; baristas: number } {
  const each = hour / anHour;
  return {
    customers: Math.min(1, (0.7 * customers * each) / usualVisit),
    baristas: Math.min(1, (0.8 * baristas * each) / usualDrink),
  };
}
