import type { GiveBackScan } from "../../contracts/workflow.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { readScan, readWindow, windowEvent } from "./codes-container.ts";
import { change, settled } from "./holds.ts";
import { type Code, isTaken, windowOf } from "./window.ts";

const rounds = 25;

/**
 * Activity: returns an order's scan to its window. Idempotent. A window that is closed gets nothing back, since nobody could use the scan.
 */
export function giveBack(order: GiveBackScan, traceparent?: string): Promise<void> {
  const { storeId, orderId, window: opensAt, customerId, causationid } = order;
  const more = { correlationid: orderId, causationid, traceparent };
  return inTurn(`scan:${storeId}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const [window, scan] = await Promise.all([readWindow(storeId, opensAt), readScan(storeId, opensAt, customerId)]);
      if (!scan?.document.taken.includes(orderId)) return;
      const taken = scan.document.taken.filter((id) => id !== orderId);
      const operations = [replace({ ...scan.document, taken }, scan.etag)];
      if (window && isTaken(window, Date.now())) operations.push(...returned(window, more));
      if ((await transact(await container("codes"), storeId, operations)).done) return;
    }
    throw new Error(`The scan of order ${orderId} could not be given back in ${rounds} rounds: others were first.`);
  });
}

function returned(before: Code, more: Parameters<typeof windowEvent>[3]) {
  const window = settled(before, Date.now());
  const after: Code = { ...window, scansLeft: window.scansLeft + 1, version: window.version + 1 };
  return [
    change(before, after),
    create(windowEvent("crema.code.returned.v1", after, { window: windowOf(after) }, more)),
  ];
}
