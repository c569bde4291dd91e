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

/** The editable documents, with the mistakes in each. */
export function askConfig(api: Api): Promise<ConfigReply> {
  return api.inStore("GET", "/config");
}

/** A person's id is their phone number, which must not be in a URL. */
const isPerson = (documentId: string): boolean => documentId.startsWith("staff:");
const place = (documentId: string): string => `/config/${encodeURIComponent(documentId)}`;

/** Writes an editable document if its `etag` has not changed; without an `etag` it must be new. */
export function putDocument<T extends { id: string }>(api: Api, document: T, etag?: string): Promise<T> {
  const headers = etag === undefined ? { "if-none-match": "*" } : { "if-match": etag };
  return api.inStore("PUT", isPerson(document.id) ? "/people" : place(document.id), {
    body: document,
    headers,
    repeatable: true,
  });
}

/** The normalised number for a person's document, from one as people write it. @param country ISO 3166; a number that begins with + needs none */
export function askPhone(api: Api, phone: string, country: string | undefined): Promise<PhoneReply> {
  return api.inStore("POST", "/phone-numbers", { body: { phone, ...(country && { country }) }, repeatable: true });
}

/** Changes the order of the drinks. @param seen the order that the user saw */
export function arrange(api: Api, drinks: string[], seen: string[]): Promise<void> {
  return api.inStore("POST", "/menu/order", { body: { drinks, seen }, repeatable: true });
}

/** Deletes a document if its `etag` has not changed. */
export function deleteDocument(api: Api, documentId: string, etag: string): Promise<void> {
  const headers = { "if-match": etag };
  if (isPerson(documentId))
    return api.inStore("POST", "/people/removal", { body: { phone: documentId.slice("staff:".length) }, headers });
  return api.inStore("DELETE", place(documentId), { headers });
}

/** A page of past orders, newest first, with these filters; the reply's continuation requests the next page. */
export function askPastOrders(api: Api, filters: Record<string, string>): Promise<OrdersReply> {
  return api.inStore("GET", `/orders?${new URLSearchParams(filters)}`);
}

/** The devices on which staff are signed in. */
export function askDevices(api: Api): Promise<DevicesReply> {
  return api.inStore("GET", "/devices");
}

/** Signs a device out; it succeeds too if that has happened meanwhile. */
export function endDevice(api: Api, id: string): Promise<void> {
  return api.inStore("DELETE", `/devices/${encodeURIComponent(id)}`, { repeatable: true });
}

/** Signs out all devices of a person. @param person as in the list of devices */
export function endDevicesOf(api: Api, person: string): Promise<void> {
  return api.inStore("DELETE", `/devices?${new URLSearchParams({ person })}`, { repeatable: true });
}

/** The screen that shows a pairing code. */
export function askPairing(api: Api, code: string): Promise<AskingReply> {
  return api.inStore("GET", `/pairings/${encodeURIComponent(code)}`);
}

/** Pairs the screen that shows the code as a display with this name, for a store that the admin runs. */
export function approvePairing(api: Api, storeId: string, code: string, name: string): Promise<void> {
  const path = `/stores/${encodeURIComponent(storeId)}/pairings/${encodeURIComponent(code)}/approval`;
  return api.anywhere("POST", path, { body: { name }, repeatable: true });
}

/** Creates another store. @param key idempotency key: a repeated request creates no further store */
export function makeStore(api: Api, request: StoreRequest, key: string): Promise<StoreReply> {
  return api.inStore("POST", "/stores", { body: request, headers: { "idempotency-key": key }, repeatable: true });
}

const command = <T>(api: Api, path: string, body: unknown): Promise<T> =>
  api.inStore("POST", path, { body, headers: { "idempotency-key": randomKey() }, repeatable: true });

/** Copies from another store's menu what this one does not have. */
export function copyMenu(api: Api, from: string): Promise<MenuCopyReply> {
  return command(api, "/menu-copies", { from });
}

/** Closes the store for good, or restores it. */
export function setRetired(api: Api, retired: boolean): Promise<unknown> {
  return command(api, "/retired", { retired });
}

/** All stored data of a customer, by their phone number. */
export function askCustomerData(api: Api, customer: CustomerRequest): Promise<PersonalDataReply> {
  return api.inStore("POST", "/customers/data", {
    body: { ...customer, language: speech().language },
    repeatable: true,
  });
}

/** Deletes a customer's data, by their phone number. */
export function deleteCustomer(api: Api, customer: CustomerRequest): Promise<void> {
  return api.inStore("POST", "/customers/deletion", { body: customer });
}
