import type { CatalogPage } from "../../contracts/catalog.ts";
import type { HoldReply } from "../../contracts/http.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { Refusal } from "../platform/refusal.ts";
import { create, transact } from "../platform/transaction.ts";
import { readWindow, windowEvent } from "./codes-container.ts";
import { takenWindows } from "./current-window.ts";
import { countGuess } from "./guesses.ts";
import { change, holdOf, holdsBy, holdsOfAll, holdsOfNetwork, newHold, settled } from "./holds.ts";
import { exhausted, over, rounds, shutOf, tooMany, wrongCode } from "./refusals.ts";
import { type Code, isTaken, windowOf } from "./window.ts";

export interface HoldRequest {
  code: string;
  hold: string;
  /** See `widest`. */
  network: string;
  traceparent?: string | undefined;
}

/**
 * Holds one of a code's scans for somebody who must sign in first. So the scan stays valid during the sign-in, and a refusal comes before it.
 * The hold is identified by the caller's secret; a repeated request is the same hold. It counts as a scan until it is used or expires.
 * @throws Refusal `store-closed`, `store-paused`, `code-unknown`, `code-over`, `code-exhausted`, `too-many-requests`, `try-again`
 */
export async function hold(page: CatalogPage, request: HoldRequest): Promise<HoldReply> {
  const { storeId, store } = page;
  await countGuess(storeId, "network", request.network);
  const shut = shutOf(store, Date.now());
  if (shut) throw shut;
  const { current, previous } = await takenWindows(page);
  const window = [current, previous].find((candidate) => candidate?.code === request.code);
  if (window === undefined) throw await wrongCode(page, request.code);
  return inTurn(`scan:${storeId}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const reply = await keep(storeId, window.opensAt, request);
      if (reply) return reply;
    }
    throw tooMany();
  });
}

/** One round; `undefined` if another write came first. */
async function keep(
  storeId: string,
  opensAt: string,
  { hold, network, traceparent }: HoldRequest,
): Promise<HoldReply | undefined> {
  const now = Date.now();
  const at = new Date(now).toISOString();
  const before = await readWindow(storeId, opensAt);
  if (before === undefined || !isTaken(before, now)) throw over(now);
  const window = settled(before, now);
  const known = holdOf(window, hold);
  if (known) return { expiresAt: known.until, repeated: true, now: at };
  if (window.scansLeft === 0) throw exhausted(window, now);
  if (holdsBy(window, network) >= holdsOfNetwork(window.scans)) {
    throw noMore("Scans of this code are kept for several people of your network already.", window);
  }
  if ((window.holds ?? []).length >= holdsOfAll(window.scans)) {
    throw noMore("The scans of this code that are left are for people who are signed in.", window);
  }
  const kept = newHold(window, hold, network, now);
  const after: Code = {
    ...window,
    holds: [...(window.holds ?? []), kept],
    scansLeft: window.scansLeft - 1,
    version: window.version + 1,
  };
  const data = { window: windowOf(after) };
  const told = windowEvent("crema.code.held.v1", after, data, { traceparent });
  const last = { traceparent, causationid: told.id };
  const outcome = await transact(await container("codes"), storeId, [
    change(before, after),
    create(told),
    ...(after.scansLeft === 0 ? [create(windowEvent("crema.code.exhausted.v1", after, data, last))] : []),
  ]);
  return outcome.done ? { expiresAt: kept.until, repeated: false, now: at } : undefined;
}

function noMore(why: string, { closesAt }: Code): Refusal {
  return new Refusal("too-many-requests", `${why} Please sign in, then scan.`, { retryAt: closesAt });
}
