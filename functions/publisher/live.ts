import type { Role } from "../../contracts/common.ts";
import type { LiveReply } from "../../contracts/http.ts";
import { groups } from "../../contracts/push.ts";
import type { Who } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { webPubSub } from "../platform/clients.ts";

const goodForMinutes = 60;

/** The groups that a caller hears. Pure. */
export function groupsFor(storeId: string, customerId: string | undefined, roles: Role[]): string[] {
  const heard = [groups.store(storeId)];
  if (customerId !== undefined) heard.push(groups.user(customerId));
  if (roles.includes("barista") || roles.includes("admin")) heard.push(groups.staff(storeId));
  if (roles.includes("admin")) heard.push(groups.admin(storeId));
  if (roles.includes("display")) heard.push(groups.display(storeId));
  return heard;
}

/** Where a screen of this store listens. The groups stand in the signed token: a client can join no other. @throws Refusal `unknown-store` */
export async function liveConnection(storeId: string, who: Who | undefined, roles: Role[]): Promise<LiveReply> {
  await catalogPage(storeId);
  const { url } = await (await webPubSub()).getClientAccessToken({
    groups: groupsFor(storeId, who?.customerId, roles),
    expirationTimeInMinutes: goodForMinutes,
    ...(who ? { userId: who.customerId } : {}),
  });
  return { url, now: new Date().toISOString() };
}
