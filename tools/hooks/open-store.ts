import type { Container } from "@azure/cosmos";
import { cosmosStatus } from "../../functions/platform/cosmos-status.ts";
import { seed } from "../../infra/seed.ts";
import { masked } from "./masked.ts";

/**
 * Gives a new store its first documents, with one admin, and leaves a store that has documents as it is. A role that was given a moment
 * ago is refused until it has spread, so a refusal is tried again.
 * @param pause resolves after the given milliseconds
 * @returns whether the store is new
 * @throws what Cosmos DB says, if it still refuses after ten minutes or says anything else
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

/** What became of the store. The logs of a pipeline may be public, so the number is told just well enough to recognise it. */
export function openedMessage(isNew: boolean, adminPhone: string): string {
  return isNew
    ? `The store is new; its first admin has the number ${masked(adminPhone)}.`
    : "The store has its documents already and keeps them.";
}
