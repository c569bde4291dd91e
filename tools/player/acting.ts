import type { HearerName } from "../../contracts/hearers.ts";
import { orderCommands } from "../../contracts/order-states.ts";
import { orderWorkActivity } from "../../contracts/order-work.ts";
import { activities, orderWorkflow } from "../../contracts/workflow.ts";
import type { Extension } from "../../infra/extensions.ts";

/**
 * The functions that act: they take commands, advance orders, publish edits of admins, and sweep. On a stand that plays a recording nothing may
 * happen besides the recording. So these functions are disabled, with Azure's own setting for it. All others only display or publish. A test lists
 * those too, so that every new function is classified.
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
  // Deletions of people in a recording concern nobody on this stand.
  "deletions",
  ...["me", "customer"].map((whom) => `identity-delete-${whom}`),
];

/** The subscribers that act on events, within the function that the services share. */
const actingHearers: readonly HearerName[] = ["workflows"];

/** @throws Error for extensions with workflows of their own, because these act on events */
export function checkOnlooking(extensions: readonly Pick<Extension, "name" | "orchestrations">[]): void {
  const [actor] = extensions.filter(({ orchestrations }) => orchestrations.length > 0);
  if (actor === undefined) return;
  throw new Error(
    `The extension ${actor.name} acts on orders by a workflow of its own, and nothing acts where a recording plays. Choose others: --extensions default`,
  );
}

/** The settings that disable them. @see https://learn.microsoft.com/azure/azure-functions/disable-function */
export const switchedOff: Readonly<Record<string, string>> = Object.fromEntries(
  [...acting, ...actingHearers].map((name) => [`AzureWebJobs.${name}.Disabled`, "true"]),
);
