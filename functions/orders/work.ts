/** The facts about the work at the bar. All times are in ms since the epoch. */
export interface Facts {
  now: number;
  /** Orders that became ready in the last hour. */
  made: MadeOrder[];
  /** Orders that are submitted and not ready, oldest first. */
  open: OpenOrder[];
}

export interface OpenOrder {
  id: string;
  number?: number;
  drink: string;
  submittedAt: number;
  /** When the order expires. */
  deadline?: number;
  /** Present while somebody makes the drink. */
  claimedAt?: number;
  barista?: string;
}

export interface MadeOrder extends OpenOrder {
  /** The barista who made the drink. */
  barista: string;
  readyAt: number;
}

/** How long a barista needed for a drink. */
export interface Effort {
  drink: string;
  /** Whether the drink is ready. */
  made: boolean;
  /** In ms. */
  took: number;
}

export interface Barista {
  id: string;
  /** The orders that the barista is making, first claimed first, and the time spent on each in ms. */
  holds: { order: OpenOrder; spent: number }[];
}

/**
 * The longest time between two drinks (ms) that counts as work while orders wait, for baristas who claim a drink only when it is nearly made. After a
 * longer time the barista was doing something else.
 */
const turn = 5 * 60_000;
/** A barista who has not taken a waiting order for this long (ms), beyond the time for making a drink, is not at work. */
const patience = 90_000;
/** How long (ms) after the last drink an idle barista counts as being at work. */
const idleFor = 30 * 60_000;

interface Span {
  order: OpenOrder & { readyAt?: number };
  begin: number;
  end: number;
}

/**
 * The time spans in which each barista worked on each drink. A barista makes one drink after another, even after claiming several. A drink was begun
 * when it was claimed or when the one before was ready, whichever was later; if it was already waiting, as soon as the one before was ready.
 */
function spansOf({ now, made, open }: Facts): Map<string, Span[]> {
  const done = made.map((order) => ({ order, barista: order.barista, end: order.readyAt }));
  const doing = open.flatMap((order) =>
    order.claimedAt === undefined || order.barista === undefined ? [] : [{ order, barista: order.barista, end: now }],
  );
  const spans = new Map<string, Span[]>();
  for (const [barista, theirs] of Map.groupBy([...done, ...doing], ({ barista }) => barista)) {
    theirs.sort((a, b) => a.end - b.end || (a.order.claimedAt ?? 0) - (b.order.claimedAt ?? 0));
    spans.set(
      barista,
      theirs.map(({ order, end }, n) => ({ order, begin: begunAt(order, theirs[n - 1]?.end ?? 0), end })),
    );
  }
  return spans;
}

/** @param before when the barista's previous drink was ready */
function begunAt({ claimedAt, submittedAt }: OpenOrder, before: number): number {
  if (claimedAt === undefined) return Math.max(before, submittedAt);
  return submittedAt <= before && claimedAt - before <= turn ? before : claimedAt;
}

/** The durations of the drinks made in the last hour, and of those in progress that have already taken longer than any of them. */
export function efforts(facts: Facts): Effort[] {
  const spans = [...spansOf(facts).values()].flat();
  const longest = Math.max(
    0,
    ...spans.flatMap(({ order, begin, end }) => (order.readyAt === undefined ? [] : end - begin)),
  );
  return spans
    .map(({ order: { drink, readyAt }, begin, end }) => ({ drink, took: end - begin, made: readyAt !== undefined }))
    .filter(({ made, took }) => made || (took > longest && took <= stuckAfter(longest)));
}

/** After this time (ms) a drink in progress counts as abandoned, if the longest drink took `longest`. */
const stuckAfter = (longest: number) => Math.max(3 * longest, 8 * 60_000);

/** How long (ms) after their submission orders were begun by idle baristas. */
export function pickUps(facts: Facts): number[] {
  return [...spansOf(facts).values()].flatMap((spans) =>
    spans.flatMap(({ order: { claimedAt, submittedAt } }) => {
      const idle = claimedAt !== undefined && !spans.some(({ begin, end }) => begin < claimedAt && end > submittedAt);
      return idle && claimedAt - submittedAt <= patience ? [claimedAt - submittedAt] : [];
    }),
  );
}

/**
 * The baristas who are at work, and their drinks. An idle barista is at work if there was no order to begin, or only for a short time. A barista who
 * has held a drink for far longer than any drink took has left.
 */
export function atWork(facts: Facts, made: readonly Effort[]): Barista[] {
  const { now, open } = facts;
  const longest = Math.max(0, ...made.map(({ made, took }) => (made ? took : 0)));
  const waiting = open.filter(({ claimedAt }) => claimedAt === undefined);
  const bar: Barista[] = [];
  const idle: { id: string; since: number; claims: boolean }[] = [];
  for (const [id, spans] of spansOf(facts)) {
    const holds = spans
      .filter(({ order }) => order.readyAt === undefined)
      .map(({ order, begin }) => ({ order, spent: now - begin }));
    if (holds.some(({ spent }) => spent > stuckAfter(longest))) continue;
    if (holds.length > 0) bar.push({ id, holds });
    else {
      const since = Math.max(...spans.map(({ end }) => end));
      idle.push({ id, since, claims: spans.some(({ order }) => order.claimedAt !== undefined) });
    }
  }
  idle.sort((a, b) => b.since - a.since);
  let left = false;
  for (const { id, since, claims } of idle) {
    // The idle barista who was busy last takes the oldest waiting order.
    const order = waiting.shift();
    const could = order === undefined ? 0 : now - Math.max(since, order.submittedAt);
    const isThere = could <= patience + (claims ? 0 : 2 * longest) && (now - since <= idleFor || bar.length === 0);
    // Nobody begins an order while an older one is left. Otherwise a further order would lengthen the wait of the older one.
    const holds: Barista["holds"] = order !== undefined && isThere && !claims && !left ? [{ order, spent: could }] : [];
    if (isThere) bar.push({ id, holds });
    left ||= order !== undefined && holds.length === 0;
  }
  return bar;
}
