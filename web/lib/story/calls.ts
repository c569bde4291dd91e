import type { JourneyReply, SharedJourneyReply, ShareReply } from "../../../contracts/http.ts";
import type { Api } from "../api.ts";

const order = (orderId: string): string => `/orders/${encodeURIComponent(orderId)}`;

/** Everything that happened to an order. */
export function askJourney(api: Api, orderId: string): Promise<JourneyReply> {
  return api.inStore("GET", `${order(orderId)}/journey`);
}

/** Creates a link that shows the story to anyone. Not retried automatically: each response is another link. */
export function share(api: Api, orderId: string): Promise<ShareReply> {
  return api.inStore("POST", `${order(orderId)}/share`, { body: {} });
}

/** Revokes all links. */
export function unshare(api: Api, orderId: string): Promise<void> {
  return api.inStore("DELETE", `${order(orderId)}/share`, { repeatable: true });
}

/** The story behind a link. Sent in a body, so that its secret is in no URL. */
export function askShared(api: Api, link: string): Promise<SharedJourneyReply> {
  return api.inStore("POST", "/shared-journeys", { body: { link }, repeatable: true, anonymous: true });
}
