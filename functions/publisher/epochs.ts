import type { StaffPage } from "../../contracts/catalog.ts";
import { groups } from "../../contracts/push.ts";
import { container } from "../platform/clients.ts";
import { closeConnectionsOf, listenWithin } from "../platform/connections.ts";

/** How long after a role was lost an address may lead to the groups of before, in ms: while it is good, and until the next minute's work. */
const mayFollow = listenWithin + 60_000;

/**
 * Closes the connections of a store's staff: those who still work there connect anew and are told what they missed by a snapshot, the one who
 * does not is told that. Nothing is sent to these groups any more in any case.
 */
export async function endEpoch(storeId: string, epoch: number): Promise<void> {
  const over = [groups.staff(storeId, epoch), groups.display(storeId, epoch), groups.admin(storeId, epoch)];
  await Promise.all(over.map(closeConnectionsOf));
}

/**
 * Closes once more what somebody opened in an epoch that was just over: a colleague who had their address before a role was lost, and used it after. They
 * would hear nothing of the store's orders, and not know it.
 */
export async function sweepEpochs(): Promise<void> {
  const query = "SELECT c.storeId, c.epoch FROM c WHERE c.id = 'staff' AND c.epoch > 0 AND c._ts >= @since";
  const parameters = [{ name: "@since", value: Math.floor((Date.now() - mayFollow) / 1000) }];
  const catalog = await container("catalog");
  const { resources } = await catalog.items
    .query<Pick<StaffPage, "storeId"> & { epoch: number }>({ query, parameters })
    .fetchAll();
  await Promise.all(resources.map(({ storeId, epoch }) => endEpoch(storeId, epoch - 1)));
}
