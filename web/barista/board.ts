import type { OrderView } from "../../contracts/order.ts";

export interface Board {
  /** Those with a number, the longest waiting first, then those that wait for one. */
  queue: OrderView[];
  mine: OrderView[];
  /** What other baristas make. */
  others: OrderView[];
  /** The longest ready first, as on the display. */
  ready: OrderView[];
  /** Ready for longer than the store waits, the longest first. */
  unfetched: OrderView[];
}

/**
 * Orders by column. `hidden`: those handed over a moment ago, which can still be undone. `late`: what was ready before that moment (ms) is waited for no
 * longer among the others.
 */
export function groupBoard(
  orders: Iterable<OrderView>,
  me: string | undefined,
  hidden: ReadonlySet<string> = new Set(),
  late = Number.NEGATIVE_INFINITY,
): Board {
  const board: Board = { queue: [], mine: [], others: [], ready: [], unfetched: [] };
  for (const order of orders) {
    if (hidden.has(order.id)) continue;
    if (order.state === "submitted" || order.state === "queued") board.queue.push(order);
    else if (order.state === "making") (order.barista?.id === me ? board.mine : board.others).push(order);
    else if (order.state === "ready") (readySince(order) <= late ? board.unfetched : board.ready).push(order);
  }
  board.queue.sort(inTurn);
  board.mine.sort(inTurn);
  board.others.sort(inTurn);
  for (const column of [board.ready, board.unfetched]) column.sort((a, b) => readySince(a) - readySince(b));
  return board;
}

function readySince({ readyAt, createdAt }: OrderView): number {
  return Date.parse(readyAt ?? createdAt);
}

/** By the moment of queueing, not by number: numbers begin again at midnight. */
function inTurn(a: OrderView, b: OrderView): number {
  const arriving = Number(a.state === "submitted") - Number(b.state === "submitted");
  return arriving || moment(a) - moment(b) || (a.number ?? 0) - (b.number ?? 0);
}

function moment(order: OrderView): number {
  return Date.parse(order.queuedAt ?? order.submittedAt ?? order.createdAt);
}
