import type { InvocationContext } from "@azure/functions";
import { throwAll } from "../platform/all-ended.ts";
import type { Stored } from "./check.ts";
import { publishStore } from "./publish.ts";

export type Log = Pick<InvocationContext, "log" | "error">;

/**
 * Publishes stores one after the other. A failure does not stop the others. If a menu is too large, or a list of people too long, this is logged, and the store's
 * admins see it. It is not an error, since a retry would delay all later edits, in every store.
 * @param stores by id, with the document versions from the change feed @returns the stores that were published completely
 * @throws AggregateError with the errors that are worth a retry
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
