import { groups } from "../../contracts/push.ts";
import { container } from "../platform/clients.ts";
import { clockSkew, closeConnectionsOf, listenWithin } from "../platform/connections.ts";

/** How long after the loss of a role a client URL may still lead to the old groups, in ms: as long as it can be used, and until the next sweep. */
const mayFollow = listenWithin + clockSkew + 60_000;

/**
 * Closes the connections of a store's staff. Those who still work there reconnect and get a snapshot of what they missed; the others learn that they have lost
 * access. Nothing is sent to the old groups any more in any case.
 */
export async function endEpoch(storeId: string, epoch: number): Promise<void> {
  const over = [groups.staff(storeId, epoch), groups.display(storeId, epoch), groups.admin(storeId, epoch)];
  await Promise.all(over.map(closeConnectionsOf));
}

/**
 * Closes connections that were opened with the groups of epochs that had just ended: somebody got a client URL before the loss of the role, and connected
 * after it. Without this they would receive nothing about the store's orders and not notice. The events tell of each epoch; the staff page has only the last.
 */
export async function sweepEpochs(): Promise<void> {
  const query = `SELECT c.storeId, c.event.data.epoch FROM c
    WHERE c.kind = 'event' AND c.event.type = 'crema.staff.changed.v1' AND c._ts >= @since`;
  const parameters = [{ name: "@since", value: Math.floor((Date.now() - mayFollow) / 1000) }];
  const catalog = await container("catalog");
  const { resources } = await catalog.items.query<{ storeId: string; epoch: number }>({ query, parameters }).fetchAll();
  await Promise.all(resources.map(({ storeId, epoch }) => endEpoch(storeId, epoch - 1)));
}
