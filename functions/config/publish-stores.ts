import type { InvocationContext } from "@azure/functions";
import { throwAll } from "../platform/all-ended.ts";
import type { Stored } from "./check.ts";
import { publishStore } from "./publish.ts";

export type Log = Pick<InvocationContext, "log" | "error">;

/**
 * Publishes stores one after the other. One that cannot be published keeps no other from its turn. That a menu is too large, or a list of people too long, is told to the log, as it is to the
 * store's admins: to try again would hold up whatever is edited after it, in every store.
 * @param stores with the versions that the change feed just told of @returns those that were published whole
 * @throws AggregateError of what is worth trying again
 */
export async function publishStores(stores: Iterable<[string, Stored[]]>, log: Log): Promise<Set<string>> {
  const published = new Set<string>();
  const failed: unknown[] = [];
  for (const [storeId, told] of stores) {
    try {
      if (await publishStore(storeId, told)) published.add(storeId);
      else
        log.error(
          `Not all of ${storeId} is published, for its menu is too large or its list of people too long: its admins are told which, in the admin app. Screens keep the last menu, and nobody is added to the list.`,
        );
    } catch (error) {
      failed.push(error);
    }
  }
  throwAll(failed);
  return published;
}
