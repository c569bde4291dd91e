import type { OrderView } from "../../contracts/order.ts";

export interface Board {
  /** Those with a number, longest waiting first, then those that wait for a number. */
  queue: OrderView[];
  mine: OrderView[];
  /** Orders that other baristas are making. */
  others: OrderView[];
  /** Longest ready first, as on the display. */
  ready: OrderView[];
  /** Ready for longer than the store waits, longest first. */
  unfetched: OrderView[];
}

/**
 * Groups orders by column. `hidden`: just handed over, can still be undone. `late`: an order that was ready before this moment (ms) is listed as
 * unfetched.
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

/** By the time of queueing and not by number, since numbers start again at midnight. */
function inTurn(a: OrderView, b: OrderView): number {
  const arriving = Number(a.state === "submitted") - Number(b.state === "submitted");
  return arriving || moment(a) - moment(b) || (a.number ?? 0) - (b.number ?? 0);
}

function moment(order: OrderView): number {
  return Date.parse(order.queuedAt ?? order.submittedAt ?? order.createdAt);
}
