import { expect, test } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import type { Notice, NoticeAudience } from "../../../contracts/notice.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { eventDocument } from "../../../functions/platform/outbox-document.ts";
import { groupsFor } from "../../../functions/publisher/live.ts";
import { pushesOf } from "../../../functions/publisher/messages.ts";

const order: OrderView = {
  id: "0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a001",
  storeId: "main",
  customerId: "customer-0123456789",
  version: 4,
  state: "cancelled",
  number: 12,
  submittedAt: "2026-05-04T08:31:00.000Z",
  drink: { id: "drink:latte", name: "Latte", icon: "takeaway" },
  createdAt: "2026-05-04T08:30:00.000Z",
  barista: { id: "barista-0123456789", name: "Bea" },
  end: { by: "barista", note: "no milk" },
};
const told = eventDocument({
  type: "crema.order.cancelled.v1",
  id: "e1",
  service: "orders",
  storeId: "main",
  about: `orders/${order.id}`,
  version: 4,
  correlationid: order.id,
  data: { order },
}).event;

test("an order goes to staff and its customer whole", () => {
  const [push] = pushesOf(told);
  expect(push).toEqual({
    groups: ["staff.main", "user.customer-0123456789"],
    message: { kind: "order", event: "crema.order.cancelled.v1", order },
  });
});

test("a message belongs to the trace of its event", () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const messages = pushesOf({ ...told, traceparent }).map(({ message }) => message.traceparent);
  expect(messages).toEqual([traceparent, traceparent]);
});

test("an order goes to the display without anything about a person", () => {
  const display = pushesOf(told).find(({ groups }) => groups.includes("display.main"));
  expect(display?.message).toMatchObject({ order: { id: order.id, version: 4, state: "cancelled", number: 12 } });
  for (const secret of ["customer", "barista-", "Bea", "no milk"]) {
    expect(JSON.stringify({ ...display?.message, event: "" })).not.toContain(secret);
  }
});

test.each<[CremaEvent["type"], object, string[], string]>([
  [
    "crema.queue.changed.v1",
    { queue: { storeId: "main", version: 1, active: 1 } },
    ["staff.main", "display.main"],
    "queue",
  ],
  ["crema.menu.changed.v1", { page: {} }, ["store.main"], "page"],
  ["crema.code.rotated.v1", { window: {} }, ["admin.main", "display.main"], "code"],
  ["crema.config.rejected.v1", { documentId: "drink:x", problems: [] }, ["admin.main"], "rejected"],
])("%s goes to the groups that it concerns and no other", (type, data, groups, kind) => {
  const event = { ...told, type, data } as CremaEvent;
  expect(pushesOf(event)).toMatchObject([{ groups, message: { kind } }]);
  expect(pushesOf(event).flatMap((push) => push.groups)).toEqual(groups);
});

test.each<[NoticeAudience, string[]]>([
  ["display", ["display.main.2", "staff.main.2"]],
  ["bar", ["staff.main.2"]],
  [{ customer: "customer-0123456789" }, ["user.customer-0123456789"]],
])("a notice for %j goes to %j and nobody else", (audience, groups) => {
  const notice = { storeId: "main", audience } as Notice;
  const event = { ...told, type: "crema.notice.published.v1", data: { notice } } as CremaEvent;
  expect(pushesOf(event, 2)).toEqual([{ groups, message: { kind: "notice", notice } }]);
});

test.each<[string, Partial<OrderView>, string[]]>([
  ["chosen from", { state: "choosing", submittedAt: undefined, number: undefined }, ["user"]],
  ["given up before it was sent", { state: "expired", submittedAt: undefined, number: undefined }, ["user"]],
  ["sent", { state: "submitted", number: undefined }, ["staff"]],
  ["cancelled before it had a number", { state: "cancelled", number: undefined }, ["staff", "user"]],
  ["queued", { state: "queued" }, ["staff", "user", "display"]],
  ["handed over", { state: "collected" }, ["staff", "user", "display"]],
])("an order that is %s is told to those who show it", (_, change, who) => {
  const view = Object.fromEntries(Object.entries({ ...order, ...change }).filter(([, value]) => value !== undefined));
  const event = { ...told, data: { order: view } } as unknown as CremaEvent;
  const heard = pushesOf(event).flatMap(({ groups }) => groups.map((group) => group.split(".")[0]));
  expect(heard).toEqual(who);
});

test("whoever connects hears what their role may hear", () => {
  expect(groupsFor("main", undefined, [])).toEqual(["store.main"]);
  expect(groupsFor("main", "c1", [])).toEqual(["store.main", "user.c1"]);
  expect(groupsFor("main", "c1", ["barista"])).toEqual(["store.main", "user.c1", "staff.main"]);
  expect(groupsFor("main", "c1", ["admin"])).toEqual(["store.main", "user.c1", "staff.main", "admin.main"]);
  expect(groupsFor("main", "c1", ["display"])).toEqual(["store.main", "user.c1", "display.main"]);
});
