import { app, type HttpRequest, type InvocationContext } from "@azure/functions";
import * as z from "zod";
import {
  arrangeRequest,
  availableRequest,
  type MenuCopyReply,
  menuCopyRequest,
  openRequest,
  type PageReply,
  type PhoneReply,
  pauseRequest,
  personRequest,
  phoneRequest,
  retiredRequest,
  type StoreReply,
  storeRequest,
} from "../../contracts/http.ts";
import { standingOf, type Who } from "../platform/caller.ts";
import { catalogPage, shownOf } from "../platform/catalog-page.ts";
import { database } from "../platform/clients.ts";
import { everyMinute } from "../platform/every-minute.ts";
import { idempotencyKey } from "../platform/idempotency-key.ts";
import { normalisePhone, shownPhone } from "../platform/phone.ts";
import { Refusal } from "../platform/refusal.ts";
import { type Call, reply, route } from "../platform/route.ts";
import { arrange } from "./arrange.ts";
import { ofStores, type Stored, whoseAreThese } from "./check.ts";
import { copyMenu } from "./copy-menu.ts";
import { deleteDocument, type Edited, listDocuments, putDocument } from "./edit.ts";
import { makeStore } from "./make-store.ts";
import { publishStore } from "./publish.ts";
import { publishStores } from "./publish-stores.ts";
import { sweepStores } from "./sweep.ts";
import { setAvailable, setChoiceAvailable, setOpen, setPause, setRetired } from "./switches.ts";

app.cosmosDB("config-feed", {
  connection: "COSMOS",
  databaseName: database,
  containerName: "config",
  leaseContainerName: "leases",
  leaseContainerPrefix: "config-feed-",
  createLeaseContainerIfNotExists: false,
  startFromBeginning: true,
  // Edits through the API are published at once. This trigger handles edits made directly in Cosmos DB, and failed publications. An empty poll costs one RU.
  feedPollDelay: 5000,
  // How long another instance waits after a crash, as in the outbox.
  leaseExpirationInterval: 30_000,
  // It fails only in an outage, never because of a document. It retries until the outage is over; without a retry policy the change would be skipped.
  retry: { strategy: "exponentialBackoff", maxRetryCount: -1, minimumInterval: 1000, maximumInterval: 60_000 },
  handler: async (documents: unknown[], context: InvocationContext) => {
    const { known, lost } = ofStores(documents as Stored[]);
    if (lost.length > 0) context.warn(whoseAreThese(lost));
    const stores = Map.groupBy(known, ({ storeId }) => storeId);
    await publishStores(stores, context);
  },
});

everyMinute((_client, context) => sweepStores(context));

route({
  name: "config-page",
  method: "GET",
  path: "stores/{storeId}",
  access: "anyone",
  handler: async ({ storeId }) => {
    const page = shownOf(await catalogPage(storeId));
    return reply(200, { page, now: new Date().toISOString() } satisfies PageReply);
  },
});

route({
  name: "config-list",
  method: "GET",
  path: "stores/{storeId}/config",
  access: ["barista", "admin"],
  handler: async ({ storeId, roles }) => reply(200, await listDocuments(storeId, roles.includes("admin"))),
});

route({
  name: "config-put",
  method: "PUT",
  path: "stores/{storeId}/config/{documentId}",
  access: ["admin"],
  body: z.unknown(),
  handler: (call) => put(call, documentId(call.params)),
});

route({
  name: "config-delete",
  method: "DELETE",
  path: "stores/{storeId}/config/{documentId}",
  access: ["admin"],
  handler: (call) => takeAway(call, documentId(call.params)),
});

/** The id of a person's document contains their phone number. It is sent in the body, since URLs are logged. */
route({
  name: "config-put-person",
  method: "PUT",
  path: "stores/{storeId}/people",
  access: ["admin"],
  body: z.unknown(),
  handler: (call) => put(call, personId((call.body as { phone?: unknown } | null | undefined)?.phone)),
});

route({
  name: "config-delete-person",
  method: "POST",
  path: "stores/{storeId}/people/removal",
  access: ["admin"],
  body: personRequest,
  handler: (call) => takeAway(call, personId(call.body.phone)),
});

async function put({ storeId, request, body, context }: Call<unknown>, id: string) {
  return edited(await published(storeId, context, putDocument(storeId, id, seenIn(request), body)));
}

async function takeAway({ storeId, request, context }: Call<unknown>, id: string) {
  await published(storeId, context, deleteDocument(storeId, id, seenIn(request)));
  return { status: 204 };
}

/** The versions that the caller has seen, as `If-Match`. */
const seenIn = ({ headers }: HttpRequest): string | undefined => headers.get("if-match") ?? undefined;

/** Publishes an edit before the reply, so that a removed role ends at once. If publishing fails, the change feed trigger does it some seconds later. */
async function published<T>(storeId: string, context: InvocationContext, change: Promise<T>): Promise<T> {
  const changed = await change;
  try {
    await publishStore(storeId);
  } catch (error) {
    context.warn("What was edited is published by the change feed, some seconds later: just now it failed", error);
  }
  return changed;
}

route({
  name: "config-make-store",
  method: "POST",
  path: "stores/{storeId}/stores",
  access: ["admin"],
  body: storeRequest,
  handler: async ({ storeId, who, name, request, body }) => {
    const key = idempotencyKey(request.headers);
    if (body.menuOf !== undefined) await mayRead(body.menuOf, who);
    const { customerId, phone } = who;
    if (phone === undefined) throw new Refusal("forbidden", "Only a person can make a store.");
    const maker = { customerId, phone, name: name ?? "" };
    const made = await makeStore(await catalogPage(storeId), maker, body, key);
    return reply(made.repeated ? 200 : 201, made satisfies StoreReply);
  },
});

route({
  name: "config-copy-menu",
  method: "POST",
  path: "stores/{storeId}/menu-copies",
  access: ["admin"],
  body: menuCopyRequest,
  handler: async ({ storeId, who, context, body }) => {
    await mayRead(body.from, who);
    return reply(200, (await published(storeId, context, copyMenu(storeId, body.from))) satisfies MenuCopyReply);
  },
});

route({
  name: "config-retire",
  method: "POST",
  path: "stores/{storeId}/retired",
  access: ["admin"],
  body: retiredRequest,
  handler: async ({ storeId, context, body }) =>
    edited(await published(storeId, context, setRetired(storeId, body.retired))),
});

route({
  name: "config-open",
  method: "POST",
  path: "stores/{storeId}/open",
  access: ["barista", "admin"],
  body: openRequest,
  handler: async ({ storeId, context, body }) => edited(await published(storeId, context, setOpen(storeId, body.open))),
});

route({
  name: "config-pause",
  method: "POST",
  path: "stores/{storeId}/pause",
  access: ["barista", "admin"],
  body: pauseRequest,
  handler: async ({ storeId, context, body }) => edited(await published(storeId, context, setPause(storeId, body))),
});

route({
  name: "config-available",
  method: "POST",
  path: "stores/{storeId}/drinks/{drinkId}/available",
  access: ["barista", "admin"],
  body: availableRequest,
  handler: async ({ storeId, params, context, body }) => {
    const id = params.drinkId ?? "";
    if (!/^drink:[a-z0-9-]{1,40}$/.test(id)) throw new Refusal("not-found", `There is no drink "${id}".`);
    return edited(await published(storeId, context, setAvailable(storeId, id, body.available)));
  },
});

route({
  name: "config-phone",
  method: "POST",
  path: "stores/{storeId}/phone-numbers",
  access: ["admin"],
  body: phoneRequest,
  handler: async ({ body }) => {
    const phone = normalisePhone(body.phone, body.country);
    return reply(200, { phone, shown: shownPhone(phone) } satisfies PhoneReply);
  },
});

route({
  name: "config-arrange",
  method: "POST",
  path: "stores/{storeId}/menu/order",
  access: ["admin"],
  body: arrangeRequest,
  handler: async ({ storeId, context, body }) => {
    await published(storeId, context, arrange(storeId, body));
    return { status: 204 };
  },
});

route({
  name: "config-choice-available",
  method: "POST",
  path: "stores/{storeId}/options/{groupId}/{choiceId}/available",
  access: ["barista", "admin"],
  body: availableRequest,
  handler: async ({ storeId, params, context, body }) => {
    const { groupId = "", choiceId = "" } = params;
    if (![groupId, choiceId].every((id) => /^[a-z0-9-]{1,60}$/.test(id)))
      throw new Refusal("not-found", `No drink has a choice "${choiceId}" of "${groupId}".`);
    await published(storeId, context, setChoiceAvailable(storeId, groupId, choiceId, body.available));
    return { status: 204 };
  },
});

/** Checks that the caller may read a store's documents, and so copy its menu. @throws Refusal `forbidden`, also if the store does not exist */
async function mayRead(storeId: string, who: Who): Promise<void> {
  const { roles } = await standingOf(storeId, Promise.resolve(who));
  if (roles.includes("barista") || roles.includes("admin")) return;
  throw new Refusal("forbidden", `You do not work at ${storeId}, so its menu cannot be copied.`);
}

/** Checks the document id in the path. Cosmos DB does not accept every text as an id. @throws Refusal `not-found`, `bad-request` for a person's id */
function documentId(params: Record<string, string>): string {
  const id = params.documentId ?? "";
  if (/^staff(:|$)/.test(id)) {
    const detail =
      "People are put at /people, and taken away at /people/removal: so their number stands in no address.";
    throw new Refusal("bad-request", detail);
  }
  if (!/^[a-z]+(:[a-z0-9+-]{1,40})?$/.test(id)) throw new Refusal("not-found", `There can be no document "${id}".`);
  return id;
}

/** The id of a person's document. The validation of the document reports an invalid number. */
const personId = (phone: unknown): string => `staff:${phone}`;

const edited = ({ document, etag }: Edited) => reply(200, document, { etag });
