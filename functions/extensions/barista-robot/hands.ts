/** The robot's hands at one store, as stored in the container `barista-robot`: the order in them, and the waiting ones. */
export interface Hands {
  kind: "hands";
  holds?: {
    orderId: string;
    /** When the drink should be made; in ms since the epoch, as all times here. */
    freeAt: number;
    /** When the order has ended in any case. Hands that were never released are free then. */
    lapsesAt: number;
  };
  freedAt?: number;
  /** The orders that wait for the hands, longest waiting first. */
  waiting: { orderId: string; since: number; lapsesAt: number }[];
}

/** A request of an order's orchestration for the hands. */
export interface HandsRequest {
  storeId: string;
  orderId: string;
  ask: "take" | "leave";
  /** Since when the order waits in the queue, until when it lives (ms since the epoch), and how long it takes to make (ms). */
  since: number;
  lapsesAt: number;
  making: number;
}

/** Whether the order has the hands now, or when to ask again (ISO 8601). After `leave`: the next order, if the hands are free. */
export type HandsAnswer = { taken: true } | { taken: false; again: string } | { next?: string };

export const empty: Hands = { kind: "hands", waiting: [] };

/** How long after its expected turn an order asks again, in ms. It gets an event when the hands are free, but that event can be lost. */
const slack = 3_000;
/** How long free hands are reserved for the order that waits longest, in ms. */
const firstTurn = 10_000;

/** How much later to ask again if the store is closed, in ms. */
const closedFor = 30_000;

/**
 * Handles a request: returns the new state of the hands, and the reply. Idempotent. Pure.
 * @param open whether the store is open. If not, waiting orders are left to people, but the robot finishes what it has begun.
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
