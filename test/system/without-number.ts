import { CosmosClient } from "@azure/cosmos";
import type { Order } from "../../functions/orders/order.ts";
import { eventOf } from "../../functions/orders/orders-container.ts";
import { decide } from "../../functions/orders/rules.ts";
import { create, replace } from "../../functions/platform/transaction.ts";
import type { Stand } from "./stand.ts";

/** Submits the orders of all who choose, without their numbers: as a version did that left these to the workflow. */
export async function submitWithoutNumber({ azure, storeId }: Stand): Promise<void> {
  const client = new CosmosClient(azure.endpoints.cosmos.connectionString);
  try {
    const { items } = client.database("crema").container("orders");
    const query = "SELECT * FROM c WHERE c.kind = 'order' AND c.state = 'choosing'";
    const found = await items.query<Order & { _etag: string }>(query, { partitionKey: storeId }).fetchAll();
    for (const order of found.resources) await items.batch(submission(order, azure.clock.now()), storeId);
  } finally {
    client.dispose();
  }
}

function submission({ _etag, ...order }: Order & { _etag: string }, now: number) {
  const actor = { id: order.customerId, parts: ["customer" as const] };
  const drink = { id: "drink:espresso", name: "Espresso", icon: "espresso" };
  const deadline = new Date(now + 15 * 60_000).toISOString();
  const choice = { drink, options: [] };
  const decision = decide(
    order,
    { command: "submit", wish: { drinkId: drink.id, options: {} }, choice, deadline },
    actor,
    now,
  );
  if (decision.kind !== "change") throw new Error(`Order ${order.id} cannot be submitted.`);
  const told = eventOf(decision.order, decision.event, {});
  // By the stand's clock, not by this process's.
  return [
    replace(decision.order, _etag),
    create({ ...told, event: { ...told.event, time: new Date(now).toISOString() } }),
  ];
}
