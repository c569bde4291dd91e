import { randomUUID } from "node:crypto";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { ScanReply } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { isAbout } from "../platform/order-trace.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Stored } from "../platform/stored.ts";
import { newTrace } from "../platform/trace.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { latestWindowOf, readScan, readWindow, windowEvent } from "./codes-container.ts";
import { takenWindows } from "./current-window.ts";
import { countGuess } from "./guesses.ts";
import { change, holdOf, settled, withoutHold } from "./holds.ts";
import { closed, exhausted, over, rounds, wrongCode } from "./refusals.ts";
import { repeated, type ScanDocument, withOrder } from "./scan-document.ts";
import { type Code, type Hold, isTaken, windowOf } from "./window.ts";

export interface ScanRequest {
  customerId: string;
  code: string;
  after?: string | undefined;
  /** The secret that a scan of the code is kept under. */
  hold?: string | undefined;
  traceparent?: string | undefined;
}

/**
 * Takes one of a code's scans and begins an order with it; who has one already is told which.
 * @throws Refusal `store-closed`, `code-unknown`, `code-over`, `code-exhausted`, `too-many-requests`
 */
export async function scan(page: CatalogPage, request: ScanRequest): Promise<ScanReply> {
  const { storeId } = page;
  await countGuess(storeId, "customer", request.customerId);
  const { current, previous } = await takenWindows(page);
  const taken = [current, previous].find((candidate) => candidate?.code === request.code);
  // What was scanned in time holds through the signing in, whatever the clock does.
  const opensAt =
    taken?.opensAt ?? (request.hold === undefined ? undefined : await latestWindowOf(storeId, request.code));
  if (opensAt === undefined) throw await wrongCode(page, request.code);
  return inTurn(`scan:${storeId}`, async () => {
    const easy = taken && (await takeTheFirst(page, latest(taken), request));
    if (easy) return easy;
    for (let round = 0; round < rounds; round++) {
      const [window, known] = await Promise.all([
        readWindow(storeId, opensAt),
        readScan(storeId, opensAt, request.customerId),
      ]);
      const reply = await take(page, window, known, request);
      if (reply) return reply;
    }
    throw new Refusal("try-again", "Many people are scanning right now. Please try again in a moment.");
  });
}

/** Windows as this process wrote them last, one of each store. Whoever takes a scan from one does so only if it still is so. */
const written = new Map<string, Code>();

/** What is known here of a window that was just read. */
function latest(read: Code): Code {
  const known = written.get(read.storeId);
  return known?.id === read.id && known.version > read.version ? known : read;
}

/**
 * As for most, who scan a window for the first time and find something left: without another look at it, or at what they have. Both are conditions of the
 * write, so it fails where that is not so. `undefined` whenever there is anything to look at: nobody is refused by what may be old.
 */
async function takeTheFirst(page: CatalogPage, window: Code, request: ScanRequest): Promise<ScanReply | undefined> {
  const free = page.store.open && isTaken(window, Date.now()) && window.scansLeft > 0 && request.hold === undefined;
  return free ? await take(page, window, undefined, request) : undefined;
}

/** One round; `undefined` when someone else was first. */
async function take(
  { storeId, store }: CatalogPage,
  before: Code | undefined,
  known: Stored<ScanDocument> | undefined,
  { customerId, after: earlier, hold: secret, traceparent }: ScanRequest,
): Promise<ScanReply | undefined> {
  const now = Date.now();
  const window = before && settled(before, now);
  const hold = window && holdOf(window, secret);
  const orderId = repeated(known?.document, earlier);
  if (orderId !== undefined) {
    if (before && hold) await release(before, hold, traceparent);
    return { orderId, repeated: true };
  }
  if (!store.open) throw closed(store.name);
  if (before === undefined || window === undefined || (!hold && !isTaken(window, now))) throw over(now);
  if (!hold && window.scansLeft === 0) throw exhausted(window, now);

  const used = hold ? withoutHold(window, hold) : { ...window, scansLeft: window.scansLeft - 1 };
  const after: Code = { ...used, version: window.version + 1 };
  const begun = withOrder(known?.document, { storeId, opensAt: window.opensAt, customerId, orderId: randomUUID() });
  const view = windowOf(after);
  // The order begins here, and with it its trace.
  const more = { correlationid: begun.orderId, traceparent: traceparent ?? newTrace() };
  isAbout(more.traceparent);
  const data = { window: view, orderId: begun.orderId, customerId };
  const told = windowEvent("crema.code.scanned.v1", after, data, more);
  // That it is used up was told already when the last of its scans was kept.
  const last = hold === undefined && after.scansLeft === 0;
  const outcome = await transact(await container("codes"), storeId, [
    change(before, after),
    known === undefined ? create(begun) : replace(begun, known.etag),
    create(told),
    ...(last
      ? [create(windowEvent("crema.code.exhausted.v1", after, { window: view }, { ...more, causationid: told.id }))]
      : []),
  ]);
  if (outcome.done) written.set(storeId, after);
  else written.delete(storeId);
  return outcome.done ? { orderId: begun.orderId, repeated: false } : undefined;
}

/** Who has an order of the code already needs no other scan of it. When someone else is first, the hold lapses by itself. */
async function release(before: Code, hold: Hold, traceparent: string | undefined): Promise<void> {
  const now = Date.now();
  const window = withoutHold(settled(before, now), hold);
  const back = isTaken(before, now) ? 1 : 0;
  const after: Code = { ...window, scansLeft: window.scansLeft + back, version: window.version + 1 };
  const told = windowEvent("crema.code.returned.v1", after, { window: windowOf(after) }, { traceparent });
  await transact(await container("codes"), before.storeId, [change(before, after), create(told)]);
}
