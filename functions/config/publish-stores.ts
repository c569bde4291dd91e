import type { InvocationContext } from "@azure/functions";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import type { Stored } from "./check.ts";
import { publishStore } from "./publish.ts";

export type Log = Pick<InvocationContext, "log" | "error">;

/**
 * Publishes stores one after the other. One that cannot be published keeps no other from its turn. A page that Cosmos DB will not hold, because it is
 * too large, stays as it was and is told to the log: to try again would hold up whatever is edited after it, in every store.
 * @param stores with the versions that the change feed just told of @returns those that were published
 * @throws AggregateError of what is worth trying again
 */
export async function publishStores(stores: Iterable<[string, Stored[]]>, log: Log): Promise<Set<string>> {
  const published = new Set<string>();
  const failed: unknown[] = [];
  for (const [storeId, told] of stores) {
    try {
      await publishStore(storeId, told);
      published.add(storeId);
    } catch (error) {
      if (isTooLarge(error))
        log.error(
          `The page of ${storeId} is too large to be published: screens keep the last one. Its menu must be shorter.`,
        );
      else failed.push(error);
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join("; "));
  return published;
}

/** What a batch fails of is the cause of what its client throws. */
function isTooLarge(error: unknown): boolean {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return cosmosStatus(error) === 413 || cosmosStatus(cause) === 413;
}
