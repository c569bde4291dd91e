import { app, type InvocationContext } from "@azure/functions";
import { type ContainerName, database } from "../platform/clients.ts";
import { within } from "../platform/order-trace.ts";
import { eventsIn } from "./events.ts";
import { send } from "./send.ts";

const watched = ["orders", "codes", "catalog"] as const satisfies ContainerName[];

/**
 * In ms. Half of it stands, on average, between a press on "ready" and the customer's screen, or between a scan and what comes of it: there the queues of
 * Durable Functions, asked every two seconds at most, come after it. The catalog changes seldom and can wait a second.
 */
const pollDelays = { orders: 200, codes: 500, catalog: 1000 };

for (const containerName of watched) {
  const name = `outbox-${containerName}`;
  app.cosmosDB(name, {
    connection: "COSMOS",
    databaseName: database,
    containerName,
    leaseContainerName: "leases",
    // Several triggers keep their leases in one container, each under its own name.
    leaseContainerPrefix: `${name}-`,
    createLeaseContainerIfNotExists: false,
    startFromBeginning: true,
    // An empty poll costs one request unit: 5 a second are 432,000 a day, about 11 cents.
    feedPollDelay: pollDelays[containerName],
    // Until it works: without a policy, or with an end to it, events would be passed over for ever.
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
