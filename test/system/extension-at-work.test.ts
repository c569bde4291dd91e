import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { extensionsIn } from "../../infra/extensions.ts";
import { checkExtensions } from "../../tools/extensions/check.ts";
import { registeredFunctions, triggerOf } from "../infra/application.ts";
import { Stand } from "./stand.ts";

const extensions = extensionsIn("test/system/extensions").filter(({ name }) => name === "guestbook");
const place = "/extensions/guestbook";

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T20:05:30Z"), extensions });
});
afterAll(() => stand.close());

test("what it registers is what it declares, entities and timers too", async () => {
  const registered = (await registeredFunctions(extensions)).map((each) => ({
    name: each.name,
    trigger: triggerOf(each).type.replace(/trigger$/i, ""),
  }));
  await checkExtensions(extensions, registered);
});

test("its routes know who calls, start its workflows and tell them; these use its entity", async () => {
  const [customer, barista] = [await stand.person(), await stand.barista()];
  const { customerId } = await customer.me<{ customerId: string }>();
  const [first, second, unread] = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of [first, second, unread])
    expect(await customer.put(`${place}/lines/${id}`, { text: "Good coffee" })).toEqual({ by: customerId });
  await stand.settle();
  for (const id of [first, second])
    expect(await barista.put(`${place}/lines/${id}/allowed`, undefined)).toEqual({ by: ["barista"] });
  await stand.settle();
  expect(await customer.get(place)).toMatchObject({ lines: ["1. Good coffee", "2. Good coffee"] });
  await stand.advance("61 min");
  const output = stand.azure.durable.instance(`guestbook-${unread}`)?.output;
  expect(output).toBe('"nobody read it"');
});

test("a parameter of the path that does not fit the contract is refused by name", async () => {
  const customer = await stand.person();
  await expect(customer.put(`${place}/lines/a%2Fb`, { text: "x" })).rejects.toThrow("400 bad-request: orderId ");
});

test("its timer comes when it is due", async () => {
  const customer = await stand.person();
  await stand.advance("1 h");
  expect(await customer.get(place)).toMatchObject({ days: 1 });
});
