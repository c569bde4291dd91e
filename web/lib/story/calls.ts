import type { JourneyReply, SharedJourneyReply, ShareReply } from "../../../contracts/http.ts";
import type { Api } from "../api.ts";

const order = (orderId: string): string => `/orders/${encodeURIComponent(orderId)}`;

/** All that happened to an order. */
export function askJourney(api: Api, orderId: string): Promise<JourneyReply> {
  return api.inStore("GET", `${order(orderId)}/journey`);
}

/** Makes a link that shows it to anyone. Not sent again by itself: each answer is another link. */
export function share(api: Api, orderId: string): Promise<ShareReply> {
  return api.inStore("POST", `${order(orderId)}/share`, { body: {} });
}

/** Takes every link back. */
export function unshare(api: Api, orderId: string): Promise<void> {
  return api.inStore("DELETE", `${order(orderId)}/share`, { repeatable: true });
}

/** What a link shows. In a body, so that its secret stands in no address. */
export function askShared(api: Api, link: string): Promise<SharedJourneyReply> {
  return api.inStore("POST", "/shared-journeys", { body: { link }, repeatable: true, anonymous: true });
}
