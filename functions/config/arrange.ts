import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import type { arrangeRequest } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { replace } from "../platform/transaction.ts";
import { isDeleted, type Stored, withoutSystemFields } from "./check.ts";
import { byPlace } from "./edit.ts";
import { documentsOf, writeInParts } from "./menu-documents.ts";

const most = 10_000;
const usualStep = 10;

/**
 * Changes the sequence of all drinks on a menu at once. It writes as few documents as possible, usually only that of the moved drink.
 * @throws Refusal `bad-request` if the two sequences do not have the same drinks, `document-changed` if the menu is not as the caller saw it, `try-again` after
 * too many conflicting writes
 */
export async function arrange(storeId: string, { drinks, seen }: z.infer<typeof arrangeRequest>): Promise<void> {
  if (new Set(drinks).size < drinks.length || !isDeepStrictEqual([...drinks].sort(), [...seen].sort()))
    throw new Refusal("bad-request", "drinks and seen must name the same drinks, each once.");
  const config = await container("config");
  for (let round = 0; round < 5; round++) {
    const there = (await documentsOf(config, storeId)).filter(
      (stored) => stored.kind === "drink" && !isDeleted(stored),
    );
    const now = there.sort(byPlace).map(({ id }) => id);
    // A repeated request whose first reply was lost: nothing to do.
    if (isDeepStrictEqual(now, drinks)) return;
    if (!isDeepStrictEqual(now, seen))
      throw new Refusal(
        "document-changed",
        "The menu has changed since you saw it. Please look at it and move the drink again.",
      );
    const byId = new Map(there.map((stored) => [stored.id, stored]));
    const ordered = drinks.map((id) => byId.get(id) as Stored);
    const positions = positionsFor(ordered.map(({ position }) => position));
    const writes = ordered.flatMap((stored, at) =>
      stored.position === positions[at]
        ? []
        : [replace(withoutSystemFields({ ...stored, position: positions[at] }), stored._etag)],
    );
    if (await writeInParts(config, storeId, writes)) return;
  }
  throw new Refusal("try-again", "The menu is being edited right now. Please try again.");
}

/**
 * New positions for drinks in the wanted sequence. As many drinks as possible keep their positions; the others get one between their neighbours. If there is
 * no room, all get new ones. Pure. @param present the current positions, which may be anything if somebody edited them by hand
 */
export function positionsFor(present: readonly unknown[]): number[] {
  const kept = longestRise(present);
  const positions = present.map((position, at) => (kept.has(at) ? (position as number) : undefined));
  for (let from = 0; from < positions.length; from++) {
    if (positions[from] !== undefined) continue;
    const next = positions.findIndex((position, at) => at > from && position !== undefined);
    const end = next === -1 ? positions.length : next;
    const run = between(positions[from - 1], positions[next], end - from);
    if (run === undefined) return anew(present.length);
    positions.splice(from, run.length, ...run);
  }
  return positions as number[];
}

/** `count` numbers after one number and before another: evenly between the two, or in steps beside the only one. */
function between(before: number | undefined, after: number | undefined, count: number): number[] | undefined {
  const run = (first: number, step: number) =>
    step < 1 ? undefined : Array.from({ length: count }, (_, at) => Math.floor(first + step * (at + 1)));
  if (before === undefined && after === undefined) return undefined;
  if (after === undefined) return run(before ?? 0, Math.min(usualStep, Math.floor((most - (before ?? 0)) / count)));
  if (before !== undefined) return run(before, (after - before) / (count + 1));
  const step = Math.min(usualStep, Math.floor(after / count));
  return run(after - step * (count + 1), step);
}

function anew(count: number): number[] {
  const step = Math.max(1, Math.min(usualStep, Math.floor(most / count)));
  return Array.from({ length: count }, (_, at) => Math.min(most, step * (at + 1)));
}

/** The indices of the longest increasing subsequence, among the values that are valid positions. */
function longestRise(present: readonly unknown[]): Set<number> {
  const best: { length: number; previous: number | undefined }[] = [];
  const isPosition = (value: unknown): value is number =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;
  let last: number | undefined;
  for (const [at, position] of present.entries()) {
    best[at] = { length: 0, previous: undefined };
    if (!isPosition(position)) continue;
    best[at] = { length: 1, previous: undefined };
    for (let before = 0; before < at; before++) {
      const other = present[before];
      const length = (best[before]?.length ?? 0) + 1;
      if (isPosition(other) && other < position && length > (best[at]?.length ?? 0))
        best[at] = { length, previous: before };
    }
    if (last === undefined || (best[at]?.length ?? 0) > (best[last]?.length ?? 0)) last = at;
  }
  const kept = new Set<number>();
  for (let at = last; at !== undefined; at = best[at]?.previous) kept.add(at);
  return kept;
}
