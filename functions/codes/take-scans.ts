import { randomUUID } from "node:crypto";
import type { OperationInput } from "@azure/cosmos";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { ScanReply } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import type { Stored } from "../platform/stored.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { readScan, readWindow, windowEvent } from "./codes-container.ts";
import { change, settled, withoutHold } from "./holds.ts";
import { refusalOf, rounds, tooMany } from "./refusals.ts";
import { repeated, type ScanDocument, withOrder } from "./scan-document.ts";
import { type Code, type Hold, windowOf } from "./window.ts";

/** How many scans are taken in one transaction: two operations each, and a hundred are allowed. */
const most = 40;

export interface Taking {
  customerId: string;
  after?: string | undefined;
  traceparent?: string | undefined;
}

interface Waiting {
  page: CatalogPage;
  window: Code;
  request: Taking;
  done(reply: ScanReply): void;
  failed(error: unknown): void;
}

const waiting = new Map<string, Waiting[]>();

/** The window that this process last wrote, for each store. A write that is based on it has a condition on its version. */
const written = new Map<string, Code>();

/** The window of this code, if this process wrote it last. Its times never change. The number of scans may be out of date and must not cause a refusal. */
export function writtenWindow(storeId: string, code: string): Code | undefined {
  const window = written.get(storeId);
  return window?.code === code ? window : undefined;
}

/**
 * Takes a scan of a window. Simultaneous requests share one transaction, in the order of their arrival.
 * @param window as it was just read @throws Refusal `store-closed`, `store-paused`, `code-over`, `code-exhausted`, `try-again`
 */
export function takeScan(page: CatalogPage, window: Code, request: Taking): Promise<ScanReply> {
  const { storeId, opensAt } = window;
  const key = `${storeId} ${opensAt}`;
  return new Promise((done, failed) => {
    waiting.set(key, [...(waiting.get(key) ?? []), { page, window, request, done, failed }]);
    void inTurn(`scan:${storeId}`, () => takeThose(takeSome(key)));
  });
}

/** Takes the next batch; empty if an earlier turn has taken these requests. */
function takeSome(key: string): Waiting[] {
  const all = waiting.get(key) ?? [];
  if (all.length > most) waiting.set(key, all.slice(most));
  else waiting.delete(key);
  return all.slice(0, most);
}

async function takeThose(those: Waiting[]): Promise<void> {
  let left = those;
  try {
    for (let round = 0; round < rounds && left.length > 0; round++) left = await tryToTake(left, round > 0);
    if (left.length > 0) throw tooMany();
  } catch (error) {
    for (const { window, failed } of left) {
      written.delete(window.storeId);
      failed(error);
    }
  }
}

/**
 * One round. The first one uses what is known: the newest version of the window and, for a single request without `after`, that the customer has no
 * order yet. The write has conditions on both. A refusal needs a fresh read.
 * @param anew whether to read everything again @returns the requests to be retried
 */
async function tryToTake(those: Waiting[], anew: boolean): Promise<Waiting[]> {
  const { storeId, opensAt } = (those[0] as Waiting).window;
  const alone = those.length === 1 && those[0]?.request.after === undefined;
  const scanOf = ({ request }: Waiting) =>
    anew || !alone ? readScan(storeId, opensAt, request.customerId) : undefined;
  const [before, ...scans] = await Promise.all([
    anew ? readWindow(storeId, opensAt) : newest(those),
    ...those.map(scanOf),
  ]);
  const now = Date.now();
  const later: Waiting[] = [];
  const taken: { one: Waiting; orderId: string; writes: OperationInput[] }[] = [];
  let window = before && settled(before, now);
  for (const [at, one] of those.entries()) {
    const known = scans[at];
    const orderId = repeated(known?.document, one.request.after);
    const refusal = orderId === undefined ? refusalOf(one.page, window, now) : undefined;
    if (orderId !== undefined) one.done({ orderId, repeated: true });
    else if (taken.some(({ one: other }) => other.request.customerId === one.request.customerId)) later.push(one);
    else if (window === undefined || refusal) {
      // The last scan may have gone to another request of this batch, whose write may fail.
      if (anew && taken.length === 0) one.failed(refusal);
      else later.push(one);
    } else {
      const begun = begin(window, one.request, known);
      window = begun.window;
      taken.push({ one, ...begun });
    }
  }
  if (before === undefined || window === undefined || taken.length === 0) return later;
  const operations = [change(before, window), ...taken.flatMap(({ writes }) => writes)];
  const outcome = await transact(await container("codes"), storeId, operations);
  if (outcome.done) {
    written.set(storeId, window);
    for (const { one, orderId } of taken) one.done({ orderId, repeated: false });
    return later;
  }
  if (outcome.at === 0) written.delete(storeId);
  return [...taken.map(({ one }) => one), ...later];
}

/** The newest known version of a window that several requests have just read. */
function newest(those: Waiting[]): Code {
  const [first] = those as [Waiting];
  const last = written.get(first.window.storeId);
  const known = last?.id === first.window.id ? [last] : [];
  return [...known, ...those.map(({ window }) => window)].reduce((a, b) => (b.version > a.version ? b : a));
}

/** The order that a scan begins, the window after it, and the other writes. @param hold the hold that is used now */
export function begin(before: Code, request: Taking, known: Stored<ScanDocument> | undefined, hold?: Hold) {
  const { storeId, opensAt } = before;
  const { customerId, traceparent } = request;
  const used = hold ? withoutHold(before, hold) : { ...before, scansLeft: before.scansLeft - 1 };
  const window: Code = { ...used, version: before.version + 1 };
  const orderId = randomUUID();
  const begun = withOrder(known?.document, { storeId, opensAt, customerId, orderId });
  const view = windowOf(window);
  const more = { correlationid: orderId, traceparent };
  const told = windowEvent("crema.code.scanned.v1", window, { window: view, orderId, customerId }, more);
  // If the last scan was a hold, the event `exhausted` was written when it was held.
  const last = hold === undefined && window.scansLeft === 0;
  const causationid = told.id;
  const writes = [
    known === undefined ? create(begun) : replace(begun, known.etag),
    create(told),
    ...(last
      ? [create(windowEvent("crema.code.exhausted.v1", window, { window: view }, { ...more, causationid }))]
      : []),
  ];
  return { orderId, window, writes };
}
