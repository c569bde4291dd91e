import type { CatalogPage } from "../../contracts/catalog.ts";
import type { ScanReply } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { isAbout } from "../platform/order-trace.ts";
import { newTrace } from "../platform/trace.ts";
import { create, transact } from "../platform/transaction.ts";
import { latestWindowOf, readScan, readWindow, windowEvent } from "./codes-container.ts";
import { isOpenNow, takenWindows } from "./current-window.ts";
import { countGuess } from "./guesses.ts";
import { change, holdOf, settled, withoutHold } from "./holds.ts";
import { over, refusalOf, rounds, tooMany, wrongCode } from "./refusals.ts";
import { repeated } from "./scan-document.ts";
import { begin, takeScan, writtenWindow } from "./take-scans.ts";
import { type Code, type Hold, isTaken, windowOf } from "./window.ts";

export interface ScanRequest {
  customerId: string;
  code: string;
  after?: string | undefined;
  /** The secret of the hold, if a scan of the code is held. */
  hold?: string | undefined;
  traceparent?: string | undefined;
}

/**
 * Takes one of a code's scans and begins an order. A customer who already has an order from this code gets that one.
 * @throws Refusal `store-closed`, `store-paused`, `code-unknown`, `code-over`, `code-exhausted`, `too-many-requests`, `try-again`
 */
export async function scan(page: CatalogPage, request: ScanRequest): Promise<ScanReply> {
  const { storeId } = page;
  // In a rush, this process has just written the window.
  const known = writtenWindow(storeId, request.code);
  // The window is read in parallel, but nothing depends on it before the attempt is counted.
  const [{ current, previous }] = await Promise.all([
    known && isOpenNow(page, known) ? { current: known, previous: undefined } : takenWindows(page),
    countGuess(storeId, "customer", request.customerId),
  ]);
  const taken = [current, previous].find((candidate) => candidate?.code === request.code);
  // A held scan stays valid during the sign-in, even if its window closes.
  const opensAt =
    taken?.opensAt ?? (request.hold === undefined ? undefined : await latestWindowOf(storeId, request.code));
  if (opensAt === undefined) throw await wrongCode(page, request.code);
  const traceparent = request.traceparent ?? newTrace();
  // The order and its trace begin here.
  isAbout(traceparent);
  const asked = { ...request, traceparent };
  if (taken && request.hold === undefined) return await takeScan(page, taken, asked);
  return await inTurn(`scan:${storeId}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const reply = await take(page, opensAt, asked);
      if (reply) return reply;
    }
    throw tooMany();
  });
}

/** One round: uses the held scan, or another one if the hold has expired. `undefined` if another write came first. */
async function take(page: CatalogPage, opensAt: string, request: ScanRequest): Promise<ScanReply | undefined> {
  const { storeId } = page;
  const { customerId, after, hold: secret, traceparent } = request;
  const now = Date.now();
  const [before, known] = await Promise.all([readWindow(storeId, opensAt), readScan(storeId, opensAt, customerId)]);
  const window = before && settled(before, now);
  const hold = window && holdOf(window, secret);
  const orderId = repeated(known?.document, after);
  if (orderId !== undefined) {
    if (before && hold) await release(before, hold, traceparent);
    return { orderId, repeated: true };
  }
  const refusal = refusalOf(page, window, now, hold);
  if (refusal) throw refusal;
  if (before === undefined || window === undefined) throw over(now);
  const begun = begin(window, request, known, hold);
  const operations = [change(before, begun.window), ...begun.writes];
  const { done } = await transact(await container("codes"), storeId, operations);
  return done ? { orderId: begun.orderId, repeated: false } : undefined;
}

/** Releases the hold of a customer who already has an order from this code. If another write comes first, the hold expires by itself. */
async function release(before: Code, hold: Hold, traceparent: string | undefined): Promise<void> {
  const now = Date.now();
  const window = withoutHold(settled(before, now), hold);
  const back = isTaken(before, now) ? 1 : 0;
  const after: Code = { ...window, scansLeft: window.scansLeft + back, version: window.version + 1 };
  const told = windowEvent("crema.code.returned.v1", after, { window: windowOf(after) }, { traceparent });
  await transact(await container("codes"), before.storeId, [change(before, after), create(told)]);
}
