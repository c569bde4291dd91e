/** The robot's hands at one store, as they lie in the container `barista-robot`: what they hold, and who waits for them. */
export interface Hands {
  kind: "hands";
  holds?: {
    orderId: string;
    /** When the drink should be made; in ms since the epoch, as all times here. */
    freeAt: number;
    /** When the order is over in any case: what was never given back is free then. */
    lapsesAt: number;
  };
  freedAt?: number;
  /** Who came while they were full, the longest waiting first. */
  waiting: { orderId: string; since: number; lapsesAt: number }[];
}

/** What the workflow of an order asks of the hands. */
export interface HandsRequest {
  storeId: string;
  orderId: string;
  ask: "take" | "leave";
  /** Since when the order waits in the queue, until when it lives (ms since the epoch), and how long it takes to make (ms). */
  since: number;
  lapsesAt: number;
  making: number;
}

/** Whether the hands are this order's now, or when (ISO 8601) to ask again. After it left: who is next, if they are free. */
export type HandsAnswer = { taken: true } | { taken: false; again: string } | { next?: string };

export const empty: Hands = { kind: "hands", waiting: [] };

/** So long (ms) after its turn should have come an order asks by itself: it is told when the hands are free, but what is told can be lost. */
const slack = 3_000;
/** So long (ms) free hands are for who waits longest, before they are for anybody. */
const firstTurn = 10_000;

/** Of a closed store it is asked so much later (ms) whether it is open again. */
const closedFor = 30_000;

/**
 * What a request makes of the hands, and its answer. Asked again, it is answered the same. Pure.
 * @param open whether the store is: at the end of the day what still waits is for people; what the robot has begun it finishes
 */
export function handle(
  before: Hands,
  request: HandsRequest,
  open: boolean,
  now: number,
): { hands: Hands; answer: HandsAnswer } {
  const { orderId, ask, since, lapsesAt, making } = request;
  const others = before.waiting.filter((one) => one.orderId !== orderId && one.lapsesAt > now);
  const holds = before.holds !== undefined && before.holds.lapsesAt > now ? before.holds : undefined;
  const own = holds?.orderId === orderId;
  const { freedAt } = before;
  if (ask === "leave") {
    const freed = own ? now : freedAt;
    const kept = own ? undefined : holds;
    const [next] = kept === undefined ? others : [];
    return { hands: handsOf(kept, freed, others), answer: next ? { next: next.orderId } : {} };
  }
  if (own) return { hands: handsOf(holds, freedAt, others), answer: { taken: true } };
  const later = (again: number): HandsAnswer => ({ taken: false, again: new Date(again).toISOString() });
  if (!open) return { hands: handsOf(holds, freedAt, others), answer: later(now + closedFor) };
  const mine = { orderId, since, lapsesAt };
  const waiting = [...others, mine].sort((a, b) => a.since - b.since || (a.orderId < b.orderId ? -1 : 1));
  const place = waiting.indexOf(mine);
  const passedOver = place > 0 && now < (freedAt ?? 0) + firstTurn;
  if (holds === undefined && !passedOver) {
    return {
      hands: handsOf({ orderId, freeAt: now + making, lapsesAt }, freedAt, others),
      answer: { taken: true },
    };
  }
  const again = Math.max(holds?.freeAt ?? 0, now) + place * making + slack;
  return { hands: handsOf(holds, freedAt, waiting), answer: later(again) };
}

function handsOf(holds: Hands["holds"], freedAt: number | undefined, waiting: Hands["waiting"]): Hands {
  return { kind: "hands", ...(holds && { holds }), ...(freedAt !== undefined && { freedAt }), waiting };
}
