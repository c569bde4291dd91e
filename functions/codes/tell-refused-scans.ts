import { scanRefusals } from "../../contracts/order-states.ts";
import type { RefusedScans } from "../../contracts/scans.ts";
import { container } from "../platform/clients.ts";
import { eventDocument } from "../platform/outbox-document.ts";
import { create, transact } from "../platform/transaction.ts";
import { remove } from "../platform/writes.ts";
import { countsId, keyOf, mostCounted, slotLength, slotOf } from "./refused-scans.ts";

/** Whatever is still to be written of a time that is over is written by so much later, in ms; also where clocks differ a little. */
const late = 60_000;
/** A process that has told nothing yet looks so far back, in ms, for what another could not tell. */
const lookBack = 60 * 60_000;

let toldUntil = 0;

/** Tells of the refused scans of each time that is over, once: whoever tells of one again finds its event there. A time without any takes a read. */
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

/** What the counts of a time tell, store by store. Pure. */
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
