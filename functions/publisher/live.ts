import type { Role } from "../../contracts/common.ts";
import type { LiveReply } from "../../contracts/http.ts";
import { groups } from "../../contracts/push.ts";
import type { Who } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { webPubSub } from "../platform/clients.ts";
import { listenWithin } from "../platform/connections.ts";

/** The groups whose messages a caller receives. Pure. */
export function groupsFor(storeId: string, customerId: string | undefined, roles: Role[], epoch = 0): string[] {
  const heard = [groups.store(storeId)];
  if (customerId !== undefined) heard.push(groups.user(customerId));
  if (roles.includes("barista") || roles.includes("admin")) heard.push(groups.staff(storeId, epoch));
  if (roles.includes("admin")) heard.push(groups.admin(storeId, epoch));
  if (roles.includes("display")) heard.push(groups.display(storeId, epoch));
  return heard;
}

/**
 * The client URL for a screen of this store. The groups are in the signed token, so a client cannot join any other.
 * @param epoch that of the staff page from which the roles were read @throws Refusal `unknown-store`
 */
export async function liveConnection(
  storeId: string,
  who: Who | undefined,
  roles: Role[],
  epoch = 0,
): Promise<LiveReply> {
  await catalogPage(storeId);
  const { url } = await (await webPubSub()).getClientAccessToken({
    groups: [...groupsFor(storeId, who?.customerId, roles, epoch), ...(who ? [groups.session(who.sessionId)] : [])],
    expirationTimeInMinutes: listenWithin / 60_000,
    ...(who ? { userId: who.customerId } : {}),
  });
  return { url, now: new Date().toISOString() };
}
