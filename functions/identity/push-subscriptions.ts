import type { InvocationContext } from "@azure/functions";
import { quotable } from "../../contracts/bounded.ts";
import type { PushRequest } from "../../contracts/http.ts";
import type { Who } from "../platform/caller.ts";
import { wrongPart } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { pushKey } from "./push-key.ts";
import { isPushService } from "./push-service.ts";
import { goodFor, subscribe, unsubscribe } from "./reach.ts";

/**
 * Stores the subscription of one of the caller's browsers. It replaces that browser's earlier one.
 * @param browserId made by the browser @throws Refusal `bad-request` that says what is wrong with it, `try-again`
 */
export async function subscribeBrowser(
  { customerId, sessionId }: Who,
  browserId: string,
  { endpoint, keys, key, language }: PushRequest,
  log: Pick<InvocationContext, "warn">,
): Promise<void> {
  check(browserId);
  if (!isPushService(endpoint, settings().pushHosts)) {
    log.warn(
      `A browser subscribed with a push service that PUSH_HOSTS does not name: ${quotable(new URL(endpoint).host, 100)}`,
    );
    throw wrongPart("endpoint", "is not of a push service that is known here");
  }
  if (key !== (await pushKey()).publicKey) throw wrongPart("key", "is not the one that messages are signed with now");
  const until = Date.now() + goodFor;
  await subscribe(customerId, { id: browserId, endpoint, keys, key, language, session: sessionId, until });
}

/** Deletes a subscription. Succeeds also if it does not exist. @throws Refusal `bad-request`, `try-again` */
export async function unsubscribeBrowser({ customerId }: Who, browserId: string): Promise<void> {
  check(browserId);
  await unsubscribe(customerId, ({ id }) => id === browserId);
}

function check(browserId: string): void {
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(browserId)) {
    throw wrongPart("browserId", "must be 16 to 64 letters, digits, hyphens or underscores, made by chance");
  }
}
