import type { OperationInput } from "@azure/cosmos";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { patch, transact } from "../platform/transaction.ts";

/** A change that is atomic: operations on its own documents, and a place in the queue that is taken or released. */
export interface Change {
  operations: OperationInput[];
  places?: Places | undefined;
}

interface Places {
  by: 1 | -1;
  /** The place is available only while fewer places than this are taken. If left out, it is always available. */
  below?: number | undefined;
}

/** The result of a change, as if it had its own transaction. A failed condition of the queue has `at: "queue"`. */
export type Written =
  | { done: true; etags: (string | undefined)[] }
  | { done: false; at: number | "queue"; status: 404 | 409 | 412 };

interface Waiting {
  change: Change;
  ids: string[];
  done(written: Written): void;
  failed(error: unknown): void;
}

/** The most operations of one transaction, without the one for the queue. */
const most = 99;

const waiting = new Map<string, Waiting[]>();

/**
 * Writes a change (group commit). Changes that arrive during a write share the next transaction. Each one behaves as if it had its own, but the queue
 * document, which most of them change, is written once. If a change fails, only its caller gets the failure; the others are written without it.
 * @throws the error of the whole transaction, such as 503; then each change may or may not have been written
 */
export function writeTogether(storeId: string, change: Change): Promise<Written> {
  return new Promise((done, failed) => {
    const ids = change.operations.map(idOf);
    waiting.set(storeId, [...(waiting.get(storeId) ?? []), { change, ids, done, failed }]);
    void inTurn(`orders:${storeId}`, () => writeThose(storeId, takeSome(storeId)));
  });
}

/** Takes changes that fit into one transaction and have no document in common; empty if an earlier turn has taken them. */
function takeSome(storeId: string): Waiting[] {
  const those: Waiting[] = [];
  const left: Waiting[] = [];
  const touched = new Set<string>();
  let operations = 0;
  for (const one of waiting.get(storeId) ?? []) {
    const { length } = one.change.operations;
    const fits = those.length === 0 || (operations + length <= most && !one.ids.some((id) => touched.has(id)));
    (fits ? those : left).push(one);
    // Changes of the same document keep their order.
    for (const id of one.ids) touched.add(id);
    if (fits) operations += length;
  }
  if (left.length === 0) waiting.delete(storeId);
  else waiting.set(storeId, left);
  return those;
}

async function writeThose(storeId: string, those: Waiting[]): Promise<void> {
  let left = those;
  try {
    while (left.length > 0) left = await tryToWrite(storeId, left);
  } catch (error) {
    for (const { failed } of left) failed(error);
  }
}

/** @returns the changes that are still to be written: at least one fewer */
async function tryToWrite(storeId: string, those: Waiting[]): Promise<Waiting[]> {
  const operations = those.flatMap(({ change }) => change.operations);
  const queueAt = operations.length;
  const places = those.flatMap(({ change }) => change.places ?? []);
  // The queue comes last, so that a conflict of a change's own document is reported before a full queue.
  if (places.length > 0) operations.push(placesPatch(places));
  const outcome = await transact(await container("orders"), storeId, operations);
  let from = 0;
  for (const one of those) {
    const until = from + one.change.operations.length;
    if (outcome.done) one.done({ done: true, etags: outcome.etags.slice(from, until) });
    else if (outcome.at >= from && outcome.at < until) {
      one.done({ ...outcome, at: outcome.at - from });
      return those.filter((other) => other !== one);
    }
    from = until;
  }
  if (outcome.done) return [];
  if (outcome.at !== queueAt) throw new Error(`A batch failed of its operation ${outcome.at}, which it does not have.`);
  const ofQueue = those.filter(({ change }) => change.places !== undefined);
  if (ofQueue.length === 1 || outcome.status !== 412) {
    for (const { done } of ofQueue) done({ ...outcome, at: "queue" });
    return those.filter((one) => !ofQueue.includes(one));
  }
  // There are too few places for all: write one by one, in the order of arrival, so that each learns whether there is a place for it.
  for (const one of those) await tryToWrite(storeId, [one]);
  return [];
}

/**
 * Combines the places of several changes into one patch, as if releases came before all others. Each change increases the version by one. The
 * condition holds only if it would hold for each of them. Pure.
 */
function placesPatch(places: readonly Places[]): OperationInput {
  let [by, below] = [0, Number.POSITIVE_INFINITY];
  for (const place of places.toSorted((a, b) => a.by - b.by)) {
    if (place.below !== undefined) below = Math.min(below, place.below - by);
    by += place.by;
  }
  const active = { op: "incr", path: "/active", value: by } as const;
  const version = { op: "incr", path: "/version", value: places.length } as const;
  const condition = Number.isFinite(below) ? `c.active < ${below}` : undefined;
  return patch("queue", by === 0 ? [version] : [active, version], condition);
}

function idOf(operation: OperationInput): string {
  if ("id" in operation && typeof operation.id === "string") return operation.id;
  const { id } = (operation as { resourceBody?: { id?: unknown } }).resourceBody ?? {};
  return String(id);
}
