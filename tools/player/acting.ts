import type { HearerName } from "../../contracts/hearers.ts";
import { orderCommands } from "../../contracts/order-states.ts";
import { orderWorkActivity } from "../../contracts/order-work.ts";
import { activities, orderWorkflow } from "../../contracts/workflow.ts";
import type { Extension } from "../../infra/extensions.ts";

/**
 * The functions that act: they take commands, drive orders on, publish what admins edit, sweep. At a stand that plays a recording nothing happens but
 * what is in it, so these are switched off, by the setting that Azure has for it. All others show and tell; a test knows them too, so that nobody adds a
 * function without thinking of this.
 */
export const acting: readonly string[] = [
  orderWorkflow,
  ...Object.values(activities),
  orderWorkActivity,
  "every-minute",
  "orders-forget",
  "config-feed",
  ...["hold", "scan"].map((name) => `codes-${name}`),
  ...[...orderCommands, "place", "share", "unshare"].map((name) => `orders-${name}`),
  ...[
    "put",
    "put-person",
    "delete",
    "delete-person",
    "open",
    "pause",
    "available",
    "choice-available",
    "arrange",
    "make-store",
    "copy-menu",
    "retire",
  ].map((name) => `config-${name}`),
  "insights-recount",
  // What a recording tells of somebody who is gone is nobody's here.
  "deletions",
  ...["me", "customer"].map((whom) => `identity-delete-${whom}`),
];

/** Who acts on what is told, in the function that the services share. */
const actingHearers: readonly HearerName[] = ["workflows"];

/** @throws Error for extensions with workflows of their own: those act on what they are told of */
export function checkOnlooking(extensions: readonly Pick<Extension, "name" | "orchestrations">[]): void {
  const [actor] = extensions.filter(({ orchestrations }) => orchestrations.length > 0);
  if (actor === undefined) return;
  throw new Error(
    `The extension ${actor.name} acts on orders by a workflow of its own, and nothing acts where a recording plays. Choose others: --extensions default`,
  );
}

/** The settings that switch them off. @see https://learn.microsoft.com/azure/azure-functions/disable-function */
export const switchedOff: Readonly<Record<string, string>> = Object.fromEntries(
  [...acting, ...actingHearers].map((name) => [`AzureWebJobs.${name}.Disabled`, "true"]),
);
