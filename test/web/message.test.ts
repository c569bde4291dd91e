import { expect, test } from "vitest";
import type { OrderView } from "../../contracts/order.ts";
import type { PushMessage } from "../../contracts/push.ts";
import { moments, storeOf } from "../../web/lib/message.ts";
import { pageOf } from "../functions/orders/shop.ts";

const page = pageOf({}, "harbour");
const order = {
  id: "0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a001",
  storeId: "harbour",
  state: "ready",
  createdAt: "2026-05-04T08:30:00.000Z",
  readyAt: "2026-05-04T08:35:00.000Z",
  calledAt: "2026-05-04T08:45:00.000Z",
} as OrderView;
const window = { storeId: "harbour", opensAt: "2026-05-04T08:30:00.000Z", version: 1 };
const messages = [
  { kind: "page", page },
  { kind: "order", event: "crema.order.ready.v1", order },
  { kind: "queue", queue: { storeId: "harbour", version: 1, active: 1 } },
  { kind: "code", window },
] as PushMessage[];

test("each push says which store it is about, so that a screen of another one passes it over", () => {
  expect(messages.map(storeOf)).toEqual(messages.map(() => "harbour"));
  expect(storeOf({ kind: "rejected", documentId: "store", problems: [] })).toBeUndefined();
});

test("a push tells what time it is at least: that of a page when it was published, so that a pause counts down right", () => {
  expect(moments(messages[0] as PushMessage)).toEqual([page.publishedAt]);
  expect(moments(messages[1] as PushMessage)).toContain(order.calledAt);
  expect(moments(messages[3] as PushMessage)).toEqual([window.opensAt]);
});
