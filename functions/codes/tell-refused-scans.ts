import { scanRefusals } from "../../contracts/order-states.ts";
import type { RefusedScans } from "../../contracts/scans.ts";
import { container } from "../platform/clients.ts";
import { eventDocument } from "../platform/outbox-document.ts";
import { create, transact } from "../platform/transaction.ts";
import { remove } from "../platform/writes.ts";
import { countsId, keyOf, mostCounted, slotLength, slotOf } from "./refused-scans.ts";

/** How long after the end of a period its counts are complete, in ms: late writes and differences between clocks are over by then. */
const late = 60_000;
/** How far back a new process looks, in ms, for periods that another process could not publish. */
const lookBack = 60 * 60_000;

let toldUntil = 0;

/** Publishes the refused scans of each period that is over. Idempotent, since the event of a period has a fixed id. A period without scans costs one read. */
export async function tellRefusedScans(): Promise<void> {
  const until = slotOf(Date.now() - late);
  for (let slot = Math.max(toldUntil, until - lookBack); slot < until; slot += slotLength) {
    await tell(slot);
    toldUntil = slot + slotLength;
  }
}

async function tell(slot: number): Promise<void> {
  const place = countsId(slot);
  const tries = await container("tries");
  const { resource } = await tries.item(place, place).read<Record<string, unknown>>();
  if (resource === undefined) return;
  for (const refused of refusedIn(resource, slot)) {
    const { storeId, from } = refused;
    const id = `${storeId}:${from}:1:refused`;
    const event = eventDocument<"crema.scans.refused.v1">({
      type: "crema.scans.refused.v1",
      id,
      service: "codes",
      storeId,
      about: `scans/${from}`,
      version: 1,
      correlationid: id,
      data: { refused },
    });
    await transact(await container("codes"), storeId, [create(event)]);
  }
  await remove(tries, place, place);
}

/** The counts of a period by store. Pure. */
function refusedIn(document: Record<string, unknown>, slot: number): RefusedScans[] {
  const stores = Object.keys(document).flatMap((key) => (key.endsWith(":all") ? [key.slice(0, -":all".length)] : []));
  const [from, until] = [slot, slot + slotLength].map((at) => new Date(at).toISOString()) as [string, string];
  return stores.map((storeId) => {
    const counts = scanRefusals.flatMap((reason) => {
      const count = Number(document[keyOf(storeId, reason)] ?? 0);
      return count > 0 ? [[reason, count] as const] : [];
    });
    const more = Number(document[keyOf(storeId, "all")]) >= mostCounted;
    return { storeId, from, until, counts: Object.fromEntries(counts), more };
  });
}
