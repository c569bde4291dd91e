import { app, type InvocationContext } from "@azure/functions";
import { type ContainerName, database } from "../platform/clients.ts";
import { within } from "../platform/order-trace.ts";
import { eventsIn } from "./events.ts";
import { send } from "./send.ts";

const watched = ["orders", "codes", "catalog"] as const satisfies ContainerName[];

/**
 * The polling intervals of the change feed, in ms. On average, half an interval passes between a press on "ready" and the customer's screen, and between
 * a scan and its effect; there the queues of Durable Functions, polled at least every two seconds, add to it. The catalog changes seldom and can wait.
 */
const pollDelays = { orders: 200, codes: 500, catalog: 1000 };

for (const containerName of watched) {
  const name = `outbox-${containerName}`;
  app.cosmosDB(name, {
    connection: "COSMOS",
    databaseName: database,
    containerName,
    leaseContainerName: "leases",
    // Several triggers share one lease container, each with its own prefix.
    leaseContainerPrefix: `${name}-`,
    createLeaseContainerIfNotExists: false,
    startFromBeginning: true,
    // An empty poll costs two request units, as any read at strong consistency: 5 polls a second are 432,000 a day, about 22 cents.
    feedPollDelay: pollDelays[containerName],
    // After a crash another instance waits until then: no screen hears of anything, and no scan becomes an order. The lease is renewed every 17 seconds.
    leaseExpirationInterval: 30_000,
    // Retry without a limit. Without a retry policy, or with a limit, the trigger would skip the batch and lose its events.
    retry: { strategy: "exponentialBackoff", maxRetryCount: -1, minimumInterval: 1000, maximumInterval: 30_000 },
    handler: async (documents: unknown[], context: InvocationContext) => {
      const { events, invalid } = eventsIn(documents);
      for (const { id, problems, traceparent } of invalid) {
        const words = `Document ${id} of ${containerName} holds no valid event and is NOT published`;
        await within(traceparent, async () => context.error(words, problems));
      }
      await send(events, context);
    },
  });
}
