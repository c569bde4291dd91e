/** What is known of the work at the bar. All times in ms since the epoch. */
export interface Facts {
  now: number;
  /** Made ready in the last hour. */
  made: MadeOrder[];
  /** Submitted and not ready, the oldest first. */
  open: OpenOrder[];
}

export interface OpenOrder {
  id: string;
  number?: number;
  drink: string;
  submittedAt: number;
  /** When it expires. */
  deadline?: number;
  /** While somebody makes it. */
  claimedAt?: number;
  barista?: string;
}

export interface MadeOrder extends OpenOrder {
  /** Who made it. */
  barista: string;
  readyAt: number;
}

/** What a drink took its barista. */
export interface Effort {
  drink: string;
  /** Whether it is ready. */
  made: boolean;
  /** In ms. */
  took: number;
}

export interface Barista {
  id: string;
  /** What they are making, the first claimed first, and the ms they have spent on each. */
  holds: { order: OpenOrder; spent: number }[];
}

/**
 * Between two drinks of a barista (ms) is work while orders wait, also where they claim a drink only when it is nearly made; longer than this they did
 * something else.
 */
const turn = 5 * 60_000;
/** Who takes none of the orders that wait, for so long (ms) beyond what a drink may take them, is not at work. */
const patience = 90_000;
/** Who has nothing to do is at work for so long (ms) after their last drink. */
const idleFor = 30 * 60_000;

interface Span {
  order: OpenOrder & { readyAt?: number };
  begin: number;
  end: number;
}

/**
 * When each barista worked on what. They make one drink after the other, even where they have claimed several: each was begun when it was claimed or
 * when the one before was ready, whichever was later, and where it waited for them already, as soon as that was ready.
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

/** @param before when the barista's drink before it was ready */
function begunAt({ claimedAt, submittedAt }: OpenOrder, before: number): number {
  if (claimedAt === undefined) return Math.max(before, submittedAt);
  return submittedAt <= before && claimedAt - before <= turn ? before : claimedAt;
}

/** What each of the drinks took that were made in the last hour, and of those in hand the ones that have taken longer already. */
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

/** Who has held a drink for so long (ms) has left it behind, when none `took` longer than that. */
const stuckAfter = (longest: number) => Math.max(3 * longest, 8 * 60_000);

/** How long (ms) after its submission an order was begun by someone who had nothing else to do. */
export function pickUps(facts: Facts): number[] {
  return [...spansOf(facts).values()].flatMap((spans) =>
    spans.flatMap(({ order: { claimedAt, submittedAt } }) => {
      const idle = claimedAt !== undefined && !spans.some(({ begin, end }) => begin < claimedAt && end > submittedAt);
      return idle && claimedAt - submittedAt <= patience ? [claimedAt - submittedAt] : [];
    }),
  );
}

/**
 * Who is at work, and on what. Who makes nothing is at work when there is nothing that they could have begun, or only just. Who has held a
 * drink for far longer than any took has left it behind.
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
    // Of those with nothing to do, the one who was busy last takes the oldest that waits.
    const order = waiting.shift();
    const could = order === undefined ? 0 : now - Math.max(since, order.submittedAt);
    const isThere = could <= patience + (claims ? 0 : 2 * longest) && (now - since <= idleFor || bar.length === 0);
    // Nobody has begun one while an older one is left: else another order at the end made that one's wait longer.
    const holds: Barista["holds"] = order !== undefined && isThere && !claims && !left ? [{ order, spent: could }] : [];
    if (isThere) bar.push({ id, holds });
    left ||= order !== undefined && holds.length === 0;
  }
  return bar;
}
