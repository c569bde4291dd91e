import { randomUUID } from "node:crypto";
import type { OperationInput } from "@azure/cosmos";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { ScanReply } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Stored } from "../platform/stored.ts";
import { newTrace } from "../platform/trace.ts";
import { create, patch, replace, transact } from "../platform/transaction.ts";
import { readScan, readWindow, wasShown, windowEvent } from "./codes-container.ts";
import { takenWindows } from "./current-window.ts";
import { countGuess } from "./guesses.ts";
import { repeated, type ScanDocument, withOrder } from "./scan-document.ts";
import { type Code, isTaken, windowOf } from "./window.ts";

/** Each round lost means that someone else took a scan or gave one back. */
const rounds = 25;

export interface ScanRequest {
  customerId: string;
  code: string;
  after?: string | undefined;
  traceparent?: string | undefined;
}

/**
 * Takes one of a code's scans and begins an order with it; who has one already is told which.
 * @throws Refusal `store-closed`, `code-unknown`, `code-over`, `code-exhausted`, `too-many-requests`
 */
export async function scan(page: CatalogPage, request: ScanRequest): Promise<ScanReply> {
  const { storeId } = page;
  await countGuess(storeId, request.customerId);
  const { current, previous } = await takenWindows(page);
  const window = [current, previous].find((candidate) => candidate?.code === request.code);
  if (window === undefined) throw await wrongCode(page, request);
  return inTurn(`scan:${storeId}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const reply = await take(page, window.opensAt, request);
      if (reply) return reply;
    }
    throw new Refusal("try-again", "Many people are scanning right now. Please try again in a moment.");
  });
}

/** One round; `undefined` when someone else was first. */
async function take(
  { storeId, store }: CatalogPage,
  opensAt: string,
  { customerId, after, traceparent }: ScanRequest,
): Promise<ScanReply | undefined> {
  const [window, known] = await Promise.all([readWindow(storeId, opensAt), readScan(storeId, opensAt, customerId)]);
  const orderId = repeated(known?.document, after);
  if (orderId !== undefined) return { orderId, repeated: true };
  if (!store.open) throw closed(store.name);
  const now = Date.now();
  if (window === undefined || !isTaken(window, now)) throw over(now);
  if (window.scansLeft === 0) throw exhausted(window, now);

  const begun = withOrder(known?.document, { storeId, opensAt, customerId, orderId: randomUUID() });
  const operations = scanned(window, begun, known, customerId, traceparent);
  const outcome = await transact(await container("codes"), storeId, operations);
  return outcome.done ? { orderId: begun.orderId, repeated: false } : undefined;
}

/** The transaction of a scan: the slot, the customer's scan, and the events. */
function scanned(
  window: Code,
  begun: ScanDocument,
  known: Stored<ScanDocument> | undefined,
  customerId: string,
  traceparent: string | undefined,
): OperationInput[] {
  const after: Code = { ...window, scansLeft: window.scansLeft - 1, version: window.version + 1 };
  const view = windowOf(after);
  const { orderId } = begun;
  // The order begins here, and with it its trace.
  const more = { correlationid: orderId, traceparent: traceparent ?? newTrace() };
  const slot = patch(
    window.id,
    [
      { op: "incr", path: "/scansLeft", value: -1 },
      { op: "incr", path: "/version", value: 1 },
    ],
    `c.version = ${window.version} AND c.scansLeft > 0`,
  );
  const told = windowEvent("crema.code.scanned.v1", after, { window: view, orderId, customerId }, more);
  return [
    slot,
    known === undefined ? create(begun) : replace(begun, known.etag),
    create(told),
    ...(after.scansLeft === 0
      ? [create(windowEvent("crema.code.exhausted.v1", after, { window: view }, { ...more, causationid: told.id }))]
      : []),
  ];
}

async function wrongCode({ storeId, store }: CatalogPage, { code }: ScanRequest): Promise<Refusal> {
  if (!store.open) return closed(store.name);
  if (await wasShown(storeId, code)) return over(Date.now());
  return new Refusal("code-unknown", `"${code}" is no code of ${store.name}. Please scan the one on the display.`);
}

function closed(name: string): Refusal {
  return new Refusal("store-closed", `${name} is closed and takes no orders now.`);
}

/** A new code is on the display already. */
function over(now: number): Refusal {
  const retryAt = new Date(now).toISOString();
  return new Refusal("code-over", "This code is over. Please scan the one that the display shows now.", { retryAt });
}

function exhausted(window: Code, now: number): Refusal {
  const retryAt = new Date(Math.max(now, Date.parse(window.closesAt))).toISOString();
  return new Refusal("code-exhausted", "All scans of this code are taken. Please scan the next one.", { retryAt });
}
