import type { OperationInput } from "@azure/cosmos";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { patch, transact } from "../platform/transaction.ts";

/** What is written at once or not at all: documents of its own, and a place in the queue that is taken or given back. */
export interface Change {
  operations: OperationInput[];
  places?: Places | undefined;
}

interface Places {
  by: 1 | -1;
  /** The place is had only while fewer than so many are taken; left out, in any case. */
  below?: number | undefined;
}

/** What became of a change, as of a transaction of its own; the queue is named, wherever it stood. */
export type Written =
  | { done: true; etags: (string | undefined)[] }
  | { done: false; at: number | "queue"; status: 404 | 409 | 412 };

interface Waiting {
  change: Change;
  ids: string[];
  done(written: Written): void;
  failed(error: unknown): void;
}

/** Operations of one transaction, but for that of the queue. */
const most = 99;

const waiting = new Map<string, Waiting[]>();

/**
 * Writes a change. Those that come while another is written are written in one transaction after it: for each of them it is as if it had one of its own,
 * but the queue, which most of them change, is written once for all. What one of them fails of is told to that one, and the others are written without it.
 * @throws what the whole transaction fails of, such as 503: then each of them may or may not be written, as with one of its own
 */
export function writeTogether(storeId: string, change: Change): Promise<Written> {
  return new Promise((done, failed) => {
    const ids = change.operations.map(idOf);
    waiting.set(storeId, [...(waiting.get(storeId) ?? []), { change, ids, done, failed }]);
    void inTurn(`orders:${storeId}`, () => writeThose(storeId, takeSome(storeId)));
  });
}

/** Those that fit into one transaction, none of which touches a document of another one; nobody, where an earlier turn took them with its own. */
function takeSome(storeId: string): Waiting[] {
  const those: Waiting[] = [];
  const left: Waiting[] = [];
  const touched = new Set<string>();
  let operations = 0;
  for (const one of waiting.get(storeId) ?? []) {
    const { length } = one.change.operations;
    const fits = those.length === 0 || (operations + length <= most && !one.ids.some((id) => touched.has(id)));
    (fits ? those : left).push(one);
    // Whoever waits longer for a document is first.
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

/** @returns those that are still to be written: one fewer at least */
async function tryToWrite(storeId: string, those: Waiting[]): Promise<Waiting[]> {
  const operations = those.flatMap(({ change }) => change.operations);
  const queueAt = operations.length;
  const places = those.flatMap(({ change }) => change.places ?? []);
  // Last: whoever is not first with a document of their own is told that, and not that there is no place.
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
  // There are not so many places: each by itself is told whether there is one for it, in the order in which they came.
  for (const one of those) await tryToWrite(storeId, [one]);
  return [];
}

/**
 * The places of several changes as one: what it comes to when those that give one back are written before the others. Each grows the version by one, and each
 * finds fewer taken than it needs, or nothing is written. Pure.
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
