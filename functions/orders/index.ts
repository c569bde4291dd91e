import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { type Role, roles } from "../../contracts/common.ts";
import {
  cancelRequest,
  commandRequest,
  type OrdersQuery,
  ordersQuery,
  placeRequest,
  sharedJourneyRequest,
  shareRequest,
  submitRequest,
} from "../../contracts/http.ts";
import { orderWorkActivity } from "../../contracts/order-work.ts";
import { activities, type OrderRef, type OrderStart } from "../../contracts/workflow.ts";
import type { Standing, Who } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { clientNetworks, widest } from "../platform/client-address.ts";
import { prefersCsv } from "../platform/csv.ts";
import { everyMinute } from "../platform/every-minute.ts";
import { idempotencyKey } from "../platform/idempotency-key.ts";
import { audienceName } from "../platform/notices.ts";
import { screensOf, withNotices } from "../platform/notices-shown.ts";
import { Refusal } from "../platform/refusal.ts";
import { type Call, reply, route } from "../platform/route.ts";
import { traceOf } from "../platform/trace.ts";
import { countTry } from "../platform/tries.ts";
import { admit } from "./admit.ts";
import { command, type Given, type Giver, notFound } from "./commands.ts";
import { workOf } from "./extension-work.ts";
import { ordersFile } from "./file.ts";
import { onlyDisplays, orderForDisplay, ordersForDisplay } from "./for-display.ts";
import { forgetWorkflows } from "./forget.ts";
import { historyOf } from "./history.ts";
import { isLimited, limitsOf } from "./limits.ts";
import { withName, withNames } from "./names.ts";
import { readOrder } from "./orders-container.ts";
import { holdsOrders } from "./personal.ts";
import { place } from "./place.ts";
import { board, oneOrder, ordersOf, queueAndWait } from "./queries.ts";
import { share, unshare } from "./share.ts";
import { expire, number } from "./steps.ts";
import { sharedStory, storyOf } from "./story.ts";
import { sweep } from "./sweep.ts";

const orders = "stores/{storeId}/orders";

route({
  name: "orders-queue",
  method: "GET",
  path: "stores/{storeId}/queue",
  access: "anyone",
  async handler({ storeId }) {
    // Check the store first: for a store that does not exist, nothing is read or cached.
    await catalogPage(storeId);
    return reply(200, await queueAndWait(storeId));
  },
});

route({
  name: "orders-mine",
  method: "GET",
  // The path is not under `orders`: on Azure the names of the functions would decide whether it or an order's id matches.
  path: "stores/{storeId}/my-orders",
  access: "signed-in",
  async handler({ storeId, who, standing, context }) {
    const hears = [audienceName({ customer: who.customerId })];
    const page = await catalogPage(storeId);
    const mine = await withNotices(ordersOf(storeId, who.customerId), storeId, hears, context);
    const limited = page.store.staffWithoutLimits !== true || isLimited(page.store, (await standing()).roles);
    return reply(200, limited ? { ...mine, limits: await limitsOf(page, who.customerId, mine.orders) } : mine);
  },
});

route({
  name: "orders-board",
  method: "GET",
  path: orders,
  access: [...roles] as Role[],
  query: ordersQuery,
  async handler({ storeId, roles, query, request, context }) {
    const file = prefersCsv(request.headers.get("accept"));
    const filters = query as OrdersQuery;
    if (file || Object.keys(filters).length > 0) {
      if (onlyDisplays(roles)) throw new Refusal("forbidden", "Past orders need the role barista or admin.");
      if (file) return ordersFile(storeId, filters);
      return reply(200, await withNames(await historyOf(storeId, filters)), { vary: "accept" });
    }
    const whole = await withNotices(board(storeId), storeId, screensOf(roles), context);
    return reply(200, onlyDisplays(roles) ? ordersForDisplay(whole) : await withNames(whole), { vary: "accept" });
  },
});

route({
  name: "orders-place",
  method: "POST",
  path: orders,
  access: ["barista", "admin"],
  body: placeRequest,
  handler: async (call) => {
    const { storeId, who, context, body } = call;
    const { drinkId, options, name } = body;
    const { order, known } = await place(storeId, { drinkId, options }, name, giverOf(who, call), {
      key: idempotencyKey(call.request.headers),
      traceparent: traceOf(context),
    });
    const now = new Date().toISOString();
    // A repeated request gets the order from the first one, with the name that was given then.
    return reply(201, known ? await withName({ order, now }) : { order, ...(name !== undefined && { name }), now });
  },
});

route({
  name: "orders-one",
  method: "GET",
  path: `${orders}/{orderId}`,
  access: "signed-in",
  async handler({ storeId, params, who, standing }) {
    const own = (order: { customerId: string }) => order.customerId === who.customerId;
    const mayRead = async (order: { customerId: string }) => own(order) || (await standing()).roles.length > 0;
    const found = await oneOrder(storeId, params.orderId ?? "", mayRead);
    if (own(found.order)) return reply(200, found);
    return reply(200, onlyDisplays((await standing()).roles) ? orderForDisplay(found) : await withName(found));
  },
});

route({
  name: "orders-journey",
  method: "GET",
  path: `${orders}/{orderId}/journey`,
  access: "signed-in",
  async handler({ storeId, params, who, standing }) {
    const mayRead = async (order: { customerId: string }) =>
      order.customerId === who.customerId || !onlyDisplays((await standing()).roles);
    return reply(200, await storyOf(storeId, params.orderId ?? "", mayRead));
  },
});

/** The caller's own order. Nobody, not even staff, may create or revoke links to another person's order. */
async function ownOrder(storeId: string, orderId: string, { customerId }: Who) {
  const found = await readOrder(storeId, orderId);
  if (found?.document.customerId !== customerId) throw notFound(orderId);
  return found.document;
}

route({
  name: "orders-share",
  method: "POST",
  path: `${orders}/{orderId}/share`,
  access: "signed-in",
  body: shareRequest,
  async handler({ storeId, params, who }) {
    const shared = await share(await ownOrder(storeId, params.orderId ?? "", who));
    return reply(201, { ...shared, now: new Date().toISOString() });
  },
});

route({
  name: "orders-unshare",
  method: "DELETE",
  path: `${orders}/{orderId}/share`,
  access: "signed-in",
  async handler({ storeId, params, who }) {
    const { id } = await ownOrder(storeId, params.orderId ?? "", who);
    await unshare(storeId, id);
    return { status: 204 };
  },
});

route({
  name: "orders-shared-journey",
  method: "POST",
  path: "stores/{storeId}/shared-journeys",
  access: "anyone",
  body: sharedJourneyRequest,
  async handler({ storeId, request, body }) {
    await countTry({
      // One limit for all stores together, including stores that do not exist.
      storeId: "",
      kind: "looks",
      who: widest(clientNetworks(request.headers)),
      most: 60,
      detail: "Too many requests for shared orders. Please wait a moment.",
    });
    const headers = { "x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer" };
    return reply(200, await sharedStory(storeId, body.link), headers);
  },
});

route({
  name: "orders-submit",
  method: "POST",
  path: `${orders}/{orderId}/submit`,
  access: "signed-in",
  body: submitRequest,
  handler: (call) => {
    const { version, drinkId, options } = call.body;
    return give(call, { command: "submit", version, wish: { drinkId, options } });
  },
});

for (const name of ["claim", "release", "ready", "collect", "recall", "call", "give-up"] as const) {
  route({
    name: `orders-${name}`,
    method: "POST",
    path: `${orders}/{orderId}/${name}`,
    // A caller who does not work here gets `forbidden`, not `not-found`.
    access: ["barista", "admin"],
    body: commandRequest,
    handler: (call) => give(call, { command: name, version: call.body.version }),
  });
}

route({
  name: "orders-cancel",
  method: "POST",
  path: `${orders}/{orderId}/cancel`,
  access: "signed-in",
  body: cancelRequest,
  handler: (call) => give(call, { command: "cancel", ...call.body }),
});

function giverOf({ customerId }: Who, { name, roles }: Pick<Standing, "name" | "roles">): Giver {
  const [barista, admin] = [roles.includes("barista"), roles.includes("admin")];
  return { customerId, name, barista, admin, staff: roles.length > 0 };
}

async function give(call: Call<unknown> & { who: Who }, given: Given) {
  const { storeId, params, who, standing, request, context } = call;
  const key = idempotencyKey(request.headers);
  const as = (standing: Pick<Standing, "name" | "roles">) =>
    command(storeId, params.orderId ?? "", given, giverOf(who, standing), { key, traceparent: traceOf(context) });
  const order = await (given.command === "submit" ? submitAsCustomer() : as(await standing()));
  return reply(200, { order, now: new Date().toISOString() });

  /** Only the order's customer may submit it, regardless of roles. Staff get that reason; for all others, another person's order does not exist. */
  async function submitAsCustomer() {
    try {
      return await as({ roles: [] });
    } catch (error) {
      const isTheirs = !(error instanceof Refusal && error.problem.code === "not-found");
      if (isTheirs || (await standing()).roles.length === 0) throw error;
      return as(await standing());
    }
  }
}

df.app.activity(activities.admit, {
  handler: (start: OrderStart, context: InvocationContext) => admit(start, start.traceparent ?? traceOf(context)),
});
df.app.activity(activities.number, {
  handler: (ref: OrderRef, context: InvocationContext) => number(ref, ref.traceparent ?? traceOf(context)),
});
df.app.activity(activities.expire, {
  handler: (ref: OrderRef, context: InvocationContext) => expire(ref, ref.traceparent ?? traceOf(context)),
});
df.app.activity(orderWorkActivity, {
  handler: (work: unknown, context: InvocationContext) => workOf(work, traceOf(context)),
});

holdsOrders();
everyMinute(sweep);

df.app.client.timer("orders-forget", {
  // Once a day, when it is night in Europe and not yet busy in America. Schedules are in UTC.
  schedule: "0 40 3 * * *",
  handler: (_timer, client, context) => forgetWorkflows(client, context),
});
