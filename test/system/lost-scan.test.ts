import { afterAll, beforeAll, expect, test } from "vitest";
import { Stand } from "./stand.ts";

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:10Z") });
});
afterAll(() => stand.close());

const workflows = () => [...(stand.azure.durable?.instances() ?? [])];

test("a scan whose event does not reach the workflows becomes an order all the same, and no other when the event comes at last", async () => {
  const [display, customer] = [await stand.display(), await stand.person()];
  stand.azure.eventGrid.faults.delivery = ({ type }) =>
    type === "crema.code.scanned.v1" ? { delay: 30 * 60_000 } : undefined;
  const id = await stand.scan(customer, display);
  expect(workflows()).toEqual([]);
  await stand.advance("2 min");
  expect(await stand.order(customer, id)).toMatchObject({ state: "choosing", version: 1 });
  const begun = workflows();
  expect(begun.map((each) => each.id)).toEqual([id]);
  await stand.advance("40 min");
  expect(await stand.order(customer, id)).toMatchObject({ state: "expired" });
  expect(workflows()).toMatchObject([{ id, executionId: begun[0]?.executionId }]);
});

test("an instance that is just starting may refuse the delivery for good, and the customer gets the order all the same", async () => {
  stand.azure.eventGrid.faults.delivery = undefined;
  const [display, customer] = [await stand.display(), await stand.person()];
  const starting = { service: "functions", operation: "http", harm: "refuse", status: 401 } as const;
  stand.azure.faults.add({ ...starting, name: "POST /runtime/webhooks/eventgrid" });
  const id = await stand.scan(customer, display);
  stand.azure.faults.clear();
  const dead = stand.azure.eventGrid.deadLetters().map(({ event }) => event.type);
  expect(dead).toContain("crema.code.scanned.v1");
  await stand.advance("2 min");
  expect(await stand.order(customer, id)).toMatchObject({ state: "choosing" });
});

test("a workflow that fails before there is an order is started again: nothing but its scan knows of it", async () => {
  stand.azure.faults.add({ service: "durable", operation: "activity", harm: "fail", name: "orders-admit", times: 1 });
  const [display, customer] = [await stand.display(), await stand.person()];
  const id = await stand.scan(customer, display);
  await expect(stand.order(customer, id)).rejects.toThrow("404");
  // As good as failed: on Azure it is, for example, if the application's process ends in the middle of its turn.
  const url = `${stand.azure.functions?.origin}/runtime/webhooks/durabletask/instances/${id}/terminate`;
  await fetch(url, { method: "POST", headers: { "x-functions-key": stand.azure.durable?.systemKey ?? "" } });
  await stand.settle();
  expect(workflows().find((each) => each.id === id)?.status).toBe("Terminated");
  await stand.advance("2 min");
  expect(await stand.order(customer, id)).toMatchObject({ state: "choosing" });
});

test("of a scan that has its workflow the sweep starts nothing", async () => {
  stand.azure.eventGrid.faults.delivery = undefined;
  const id = await stand.scan(await stand.person(), await stand.display());
  const before = workflows().find((each) => each.id === id)?.executionId;
  expect(before).toBeDefined();
  await stand.advance("3 min");
  expect(workflows().find((each) => each.id === id)?.executionId).toBe(before);
});
