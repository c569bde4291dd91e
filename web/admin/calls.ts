import type {
  ConfigReply,
  DevicesReply,
  MenuCopyReply,
  OrdersReply,
  PhoneReply,
  StoreReply,
  StoreRequest,
} from "../../contracts/http.ts";
import type { AskingReply } from "../../contracts/pairing.ts";
import type { CustomerRequest, PersonalDataReply } from "../../contracts/personal-data.ts";
import type { Api } from "../lib/api.ts";
import { randomKey } from "../lib/random.ts";
import { speech } from "../lib/speech.ts";

/** The editable documents, with what is wrong with each. */
export function askConfig(api: Api): Promise<ConfigReply> {
  return api.inStore("GET", "/config");
}

/** Their number, which is their id, stands in no address. */
const isPerson = (documentId: string): boolean => documentId.startsWith("staff:");
const place = (documentId: string): string => `/config/${encodeURIComponent(documentId)}`;

/** Writes an editable document if it still is the one with this `etag`; without one it must be new. */
export function putDocument<T extends { id: string }>(api: Api, document: T, etag?: string): Promise<T> {
  const headers = etag === undefined ? { "if-none-match": "*" } : { "if-match": etag };
  return api.inStore("PUT", isPerson(document.id) ? "/people" : place(document.id), {
    body: document,
    headers,
    repeatable: true,
  });
}

/** The number that a person's document has, of one as people write it. @param country ISO 3166; a number that begins with + needs none */
export function askPhone(api: Api, phone: string, country: string | undefined): Promise<PhoneReply> {
  return api.inStore("POST", "/phone-numbers", { body: { phone, ...(country && { country }) }, repeatable: true });
}

/** Puts the drinks into another order than the one that was seen. */
export function arrange(api: Api, drinks: string[], seen: string[]): Promise<void> {
  return api.inStore("POST", "/menu/order", { body: { drinks, seen }, repeatable: true });
}

/** Takes a document away if it still is the one with this `etag`. */
export function deleteDocument(api: Api, documentId: string, etag: string): Promise<void> {
  const headers = { "if-match": etag };
  if (isPerson(documentId))
    return api.inStore("POST", "/people/removal", { body: { phone: documentId.slice("staff:".length) }, headers });
  return api.inStore("DELETE", place(documentId), { headers });
}

/** A page of past orders, newest first, with these filters; the reply's continuation brings the next. */
export function askPastOrders(api: Api, filters: Record<string, string>): Promise<OrdersReply> {
  return api.inStore("GET", `/orders?${new URLSearchParams(filters)}`);
}

/** Where those who work here are signed in. */
export function askDevices(api: Api): Promise<DevicesReply> {
  return api.inStore("GET", "/devices");
}

/** Signs a device out; one that was signed out meanwhile is as good. */
export function endDevice(api: Api, id: string): Promise<void> {
  return api.inStore("DELETE", `/devices/${encodeURIComponent(id)}`, { repeatable: true });
}

/** Signs all devices of a person out. @param person as the list of devices has it */
export function endDevicesOf(api: Api, person: string): Promise<void> {
  return api.inStore("DELETE", `/devices?${new URLSearchParams({ person })}`, { repeatable: true });
}

/** What shows a code and wants to be a display. */
export function askPairing(api: Api, code: string): Promise<AskingReply> {
  return api.inStore("GET", `/pairings/${encodeURIComponent(code)}`);
}

/** Makes the screen that shows the code a display of this name, of a store that the admin runs. */
export function approvePairing(api: Api, storeId: string, code: string, name: string): Promise<void> {
  const path = `/stores/${encodeURIComponent(storeId)}/pairings/${encodeURIComponent(code)}/approval`;
  return api.anywhere("POST", path, { body: { name }, repeatable: true });
}

/** Makes another store. @param key of one wish for one: sent again with it, it is the same store */
export function makeStore(api: Api, request: StoreRequest, key: string): Promise<StoreReply> {
  return api.inStore("POST", "/stores", { body: request, headers: { "idempotency-key": key }, repeatable: true });
}

const command = <T>(api: Api, path: string, body: unknown): Promise<T> =>
  api.inStore("POST", path, { body, headers: { "idempotency-key": randomKey() }, repeatable: true });

/** Copies what the menu of another store has and this one has not. */
export function copyMenu(api: Api, from: string): Promise<MenuCopyReply> {
  return command(api, "/menu-copies", { from });
}

/** Closes the store for good, or brings it back. */
export function setRetired(api: Api, retired: boolean): Promise<unknown> {
  return command(api, "/retired", { retired });
}

/** All that is held about a customer, by their number. */
export function askCustomerData(api: Api, customer: CustomerRequest): Promise<PersonalDataReply> {
  return api.inStore("POST", "/customers/data", {
    body: { ...customer, language: speech().language },
    repeatable: true,
  });
}

/** Has a customer forgotten, by their number. */
export function deleteCustomer(api: Api, customer: CustomerRequest): Promise<void> {
  return api.inStore("POST", "/customers/deletion", { body: customer });
}
