import type { Container } from "@azure/cosmos";
import { cosmosStatus } from "../../functions/platform/cosmos-status.ts";
import { seed } from "../../infra/seed.ts";
import { masked } from "./masked.ts";

/**
 * Gives a new store its first documents, with one admin. A store that has documents is left as it is. A new role assignment takes some time to become
 * effective, so a refusal is retried.
 * @param pause resolves after the given milliseconds
 * @returns whether the store is new
 * @throws the error of Cosmos DB, if it still refuses after ten minutes or fails otherwise
 */
export async function openStore(
  config: Container,
  options: { storeId: string; adminPhone: string; timeZone?: string },
  pause: (milliseconds: number) => Promise<void>,
): Promise<boolean> {
  const { storeId, adminPhone, timeZone } = options;
  const staff = [{ phone: adminPhone, name: "Admin", roles: ["admin", "barista"] }];
  for (let tries = 40; ; tries--) {
    try {
      const { seeded } = await seed(config, { storeId, staff, ...(timeZone ? { timeZone } : {}) });
      return seeded;
    } catch (error) {
      if (cosmosStatus(error) !== 403) throw error;
      if (tries <= 1)
        throw new Error(
          `${(error as Error).message}\nThe role on the container has not spread within ten minutes: azd provision eventing --no-state`,
          { cause: error },
        );
      await pause(15_000);
    }
  }
}

/** The result for the log. The logs of a pipeline may be public, so only enough of the number is shown to recognise it. */
export function openedMessage(isNew: boolean, adminPhone: string): string {
  return isNew
    ? `The store is new; its first admin has the number ${masked(adminPhone)}.`
    : "The store has its documents already and keeps them.";
}
