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

/** So many take their scans in one transaction: two operations each, and a hundred are allowed. */
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

/** Windows as this process wrote them last, one of each store. Whoever takes a scan from one does so only if it still is so. */
const written = new Map<string, Code>();

/** The window of this code, if this process wrote it last: where a code stands is not changed any more, and what is left of it nobody is refused by. */
export function writtenWindow(storeId: string, code: string): Code | undefined {
  const window = written.get(storeId);
  return window?.code === code ? window : undefined;
}

/**
 * Takes a scan of a window. Those who want one at the same time take theirs in one transaction, in the order in which they came.
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

/** Nobody, where an earlier turn took them with its own. */
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
 * One round. The first goes on from what is known: the newest version of the window, and no order yet for who comes alone and names none. Both are
 * conditions of the write; and nobody is refused by what may be old.
 * @param anew whether all is read anew @returns those who must try again
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
      // The last may have gone to one of these, and their write may fail.
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

/** What is known here of a window that several have just read. */
function newest(those: Waiting[]): Code {
  const [first] = those as [Waiting];
  const last = written.get(first.window.storeId);
  const known = last?.id === first.window.id ? [last] : [];
  return [...known, ...those.map(({ window }) => window)].reduce((a, b) => (b.version > a.version ? b : a));
}

/** The order that a scan begins, the window after it, and what is written beside that. @param hold the scan that was kept for them, and is used now */
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
  // That it is used up was told already when the last of its scans was kept.
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
