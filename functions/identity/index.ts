import {
  challengeRequest,
  endDevicesQuery,
  type PushKeyReply,
  pushRequest,
  sessionRequest,
  textRequest,
} from "../../contracts/http.ts";
import { approveRequest, pairingAlphabet, pairingLookRequest, pairingRequest } from "../../contracts/pairing.ts";
import {
  customerDataRequest,
  customerRequest,
  type PersonalDataQuery,
  personalDataQuery,
} from "../../contracts/personal-data.ts";
import { afterScreens } from "../platform/after-screens.ts";
import type { Who } from "../platform/caller.ts";
import { clientNetworks } from "../platform/client-address.ts";
import { everyMinute } from "../platform/every-minute.ts";
import { Refusal } from "../platform/refusal.ts";
import { reply, route } from "../platform/route.ts";
import { countTry } from "../platform/tries.ts";
import { answerChallenge, startChallenge } from "./challenges.ts";
import { deleteCustomer } from "./deletion.ts";
import { deviceOf } from "./device.ts";
import { devicesOf, endDevice, endDevicesOf, endOwnSession, noteSeen, sessionsOf } from "./devices.ts";
import { describeCaller } from "./me.ts";
import { approvePairing, askingWith, lookAtPairing, startPairing } from "./pairing.ts";
import { type Customer, checkRunsWhere, customerWith, dataOf } from "./personal.ts";
import { pushKey } from "./push-key.ts";
import { subscribeBrowser, unsubscribeBrowser } from "./push-subscriptions.ts";
import { takeTextWish } from "./reach.ts";
import { wantText } from "./ready-text.ts";
import { closeAllSessions, closeSession, openSession } from "./sessions.ts";
import { sweepIdentity } from "./sweep.ts";
import { tellCustomer } from "./tell-customer.ts";

route({
  name: "identity-start-challenge",
  method: "POST",
  path: "sign-in/challenges",
  access: "anyone",
  body: challengeRequest,
  handler: async ({ body, request, context }) =>
    reply(202, await startChallenge(body, clientNetworks(request.headers), context)),
});

route({
  name: "identity-open-session",
  method: "POST",
  path: "sign-in/sessions",
  access: "anyone",
  body: sessionRequest,
  handler: async ({ body, request }) => {
    const { challenge, code, app, store, touch } = body;
    const device = deviceOf(request.headers.get("user-agent"), touch);
    return reply(201, await openSession(await answerChallenge(challenge, code), { app, store, device }));
  },
});

route({
  name: "identity-close-session",
  method: "DELETE",
  path: "sign-in/sessions/current",
  access: "signed-in",
  handler: async ({ who, context }) => {
    await closeSession(who.sessionId, context);
    return { status: 204 };
  },
});

route({
  name: "identity-close-all-sessions",
  method: "DELETE",
  path: "sign-in/sessions",
  access: "signed-in",
  handler: async ({ who, context }) => {
    await closeAllSessions(who.customerId, context);
    return { status: 204 };
  },
});

everyMinute((_client, context) => sweepIdentity(context));

route({
  name: "identity-me",
  method: "GET",
  path: "me",
  access: "signed-in",
  handler: async ({ who, context }) => {
    const [caller] = await Promise.all([describeCaller(who), noteSeen(who, context)]);
    return reply(200, caller);
  },
});

route({
  name: "identity-sessions",
  method: "GET",
  path: "me/sessions",
  access: "signed-in",
  handler: async ({ who }) => reply(200, await sessionsOf(who)),
});

route({
  name: "identity-end-session",
  method: "DELETE",
  path: "me/sessions/{sessionId}",
  access: "signed-in",
  handler: async ({ who, params, context }) => {
    await endOwnSession(who, params.sessionId ?? "", context);
    return { status: 204 };
  },
});

route({
  name: "identity-devices",
  method: "GET",
  path: "stores/{storeId}/devices",
  access: ["admin"],
  handler: async ({ storeId, who }) => reply(200, await devicesOf(storeId, who)),
});

route({
  name: "identity-end-device",
  method: "DELETE",
  path: "stores/{storeId}/devices/{deviceId}",
  access: ["admin"],
  handler: async ({ storeId, params, context }) => {
    await endDevice(storeId, params.deviceId ?? "", context);
    return { status: 204 };
  },
});

route({
  name: "identity-end-devices",
  method: "DELETE",
  path: "stores/{storeId}/devices",
  access: ["admin"],
  query: endDevicesQuery,
  handler: async ({ storeId, query, context }) => {
    await endDevicesOf(storeId, (query as { person: string }).person, context);
    return { status: 204 };
  },
});

route({
  name: "identity-start-pairing",
  method: "POST",
  path: "stores/{storeId}/pairings",
  access: "anyone",
  body: pairingRequest,
  handler: async ({ storeId, body, request: { headers } }) =>
    reply(201, await startPairing(storeId, deviceOf(headers.get("user-agent"), body.touch), clientNetworks(headers))),
});

route({
  name: "identity-look-at-pairing",
  method: "POST",
  // The screen's secret is sent in the body, since URLs are logged.
  path: "stores/{storeId}/pairings/look",
  access: "anyone",
  body: pairingLookRequest,
  handler: async ({ body }) => reply(200, await lookAtPairing(body.code, body.secret)),
});

route({
  name: "identity-pairing",
  method: "GET",
  path: "stores/{storeId}/pairings/{code}",
  access: ["admin"],
  handler: async ({ params, who, request }) =>
    reply(200, await askingWith(codeIn(params), who, clientNetworks(request.headers))),
});

route({
  name: "identity-approve-pairing",
  method: "POST",
  path: "stores/{storeId}/pairings/{code}/approval",
  access: ["admin"],
  body: approveRequest,
  handler: async ({ storeId, params, body, who, context }) => {
    await approvePairing(storeId, codeIn(params), body.name, who, context);
    return { status: 204 };
  },
});

route({
  name: "identity-my-data",
  method: "GET",
  path: "me/data",
  access: "signed-in",
  query: personalDataQuery,
  handler: async ({ who, query }) => {
    const customer = person(who);
    // This reads all stores, so it costs more than any other request of a customer.
    const detail = "Your data was asked for several times just now. Please wait a moment.";
    await countTry({ storeId: "", kind: "data", who: `customer ${customer.customerId}`, most: 5, detail });
    return reply(200, await dataOf(customer, (query as PersonalDataQuery).language));
  },
});

route({
  name: "identity-delete-me",
  method: "DELETE",
  path: "me",
  access: "signed-in",
  handler: async ({ who, context }) => {
    await deleteCustomer(person(who), context);
    return { status: 204 };
  },
});

route({
  name: "identity-customer-data",
  method: "POST",
  // The phone number is sent in the body, since URLs are logged.
  path: "stores/{storeId}/customers/data",
  access: ["admin"],
  body: customerDataRequest,
  handler: async ({ storeId, body, who, context }) => {
    const customer = await asked(who, body);
    await checkRunsWhere(who.phone, customer.phone);
    context.log(`An admin of ${storeId} was given what is held about a customer`);
    return reply(200, await dataOf(customer, body.language));
  },
});

route({
  name: "identity-delete-customer",
  method: "POST",
  path: "stores/{storeId}/customers/deletion",
  access: ["admin"],
  body: customerRequest,
  handler: async ({ storeId, body, who, context }) => {
    await deleteCustomer(await asked(who, body), context);
    context.log(`An admin of ${storeId} had a customer deleted`);
    return { status: 204 };
  },
});

/** A paired screen has no personal data. */
function person({ customerId, phone, display }: Who): Customer {
  if (display || phone === undefined) throw new Refusal("forbidden", "A paired screen is not a person.");
  return { customerId, phone };
}

/** The customer that an admin requests. The requests are limited, in one count for all stores, so that no admin can look up many customers. */
async function asked(who: Who, { phone, country }: { phone: string; country?: string | undefined }) {
  const detail = "Too many customers were asked about. Please wait a moment.";
  await countTry({ storeId: "", kind: "customers", who: `admin ${who.customerId}`, most: 10, detail });
  return customerWith(phone, country);
}

/** Normalizes a typed code, such as `wdjb-mjht`. */
function codeIn({ code = "" }: Record<string, string>): string {
  return code.toUpperCase().replace(new RegExp(`[^${pairingAlphabet}]`, "g"), "");
}

route({
  name: "identity-push-key",
  method: "GET",
  path: "push-key",
  access: "anyone",
  handler: async () => {
    const { publicKey } = await pushKey();
    return reply(200, { key: publicKey, now: new Date().toISOString() } satisfies PushKeyReply);
  },
});

route({
  name: "identity-subscribe",
  method: "PUT",
  path: "me/push/{browserId}",
  access: "signed-in",
  body: pushRequest,
  handler: async ({ who, params, body, context }) => {
    await subscribeBrowser(who, params.browserId ?? "", body, context);
    return { status: 204 };
  },
});

route({
  name: "identity-unsubscribe",
  method: "DELETE",
  path: "me/push/{browserId}",
  access: "signed-in",
  handler: async ({ who, params }) => {
    await unsubscribeBrowser(who, params.browserId ?? "");
    return { status: 204 };
  },
});

route({
  name: "identity-want-text",
  method: "PUT",
  path: "stores/{storeId}/orders/{orderId}/text",
  access: "signed-in",
  body: textRequest,
  handler: async ({ storeId, params, who, body }) => {
    await wantText(storeId, params.orderId ?? "", who, body.language);
    return { status: 204 };
  },
});

route({
  name: "identity-want-no-text",
  method: "DELETE",
  path: "stores/{storeId}/orders/{orderId}/text",
  access: "signed-in",
  handler: async ({ params, who }) => {
    await takeTextWish(who.customerId, params.orderId ?? "");
    return { status: 204 };
  },
});

afterScreens(tellCustomer);
