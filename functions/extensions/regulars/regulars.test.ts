import { randomUUID } from "node:crypto";
import { CosmosClient } from "@azure/cosmos";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import type { OrderReply } from "../../../contracts/http.ts";
import { type Notice, noticeText } from "../../../contracts/notice.ts";
import { toldAgain } from "../../../contracts/replay.ts";
import { extensionsIn } from "../../../infra/extensions.ts";
import type { Person } from "../../../test/system/person.ts";
import { Stand } from "../../../test/system/stand.ts";
import { samples } from "../../../tools/contracts/samples.ts";
import { type Coffees, documentId, withOrder } from "./coffees.ts";
import { toBar, toCustomer } from "./words.ts";

type Ready = CremaEvent<"crema.order.ready.v1">;

test("each round coffee is one order's, whichever order they are counted in", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 60 }), fc.integer({ min: 2, max: 12 }), (orders, every) => {
      let coffees: Coffees | undefined;
      const told: number[] = [];
      for (const order of orders) {
        coffees = withOrder(coffees, order, every);
        if (coffees.round?.orderId === order) told.push(coffees.round.coffee);
      }
      expect(told).toEqual(Array.from({ length: Math.floor(orders.length / every) }, (_, n) => (n + 1) * every));
    }),
  );
});

test("what is said is a notice in each language, also with the longest numbers", () => {
  for (const text of [toCustomer(99_990), toBar(99_990, 99_999)]) {
    expect(Object.keys(text)).toEqual(["en", "de", "es", "zh-Hans", "ar"]);
    expect(noticeText.parse(text)).toEqual(text);
  }
});

test.each([
  [10, "10th"],
  [21, "21st"],
  [12, "12th"],
  [102, "102nd"],
  [33, "33rd"],
])("coffee %i is the %s", (coffee, words) => {
  expect(toCustomer(coffee).en).toContain(`your ${words} coffee`);
  expect(toBar(coffee, 7).en).toContain(`Order 7 is a regular’s ${words} coffee`);
});

describe("at a stand", () => {
  const now = Date.parse("2026-06-15T10:05:30Z");
  let stand: Stand;
  let cosmos: CosmosClient;
  let [barista, display]: Person[] = [];
  beforeAll(async () => {
    stand = await Stand.open({ heldAt: now, extensions: extensionsIn().filter(({ name }) => name === "regulars") });
    [barista, display] = [await stand.barista(), await stand.display()];
    cosmos = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  });
  afterAll(async () => {
    cosmos.dispose();
    await stand.close();
  });

  /** A coffee of theirs that is ready now, as it is told. */
  function coffeeOf(customerId: string, number = 7): Ready {
    const sample = samples().get("crema.order.ready.v1") as Ready;
    const id = randomUUID();
    const at = new Date(stand.azure.clock.now()).toISOString();
    const order = { ...sample.data.order, id, customerId, number, readyAt: at };
    const subject = `stores/main/orders/${id}`;
    return { ...sample, id: `${id}:5`, subject, correlationid: id, time: at, data: { order } };
  }
  async function tell(...events: CremaEvent[]): Promise<void> {
    const { endpoint, key } = stand.azure.endpoints.eventGrid;
    const headers = { "content-type": "application/cloudevents-batch+json; charset=utf-8", "aeg-sas-key": key };
    const sent = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(events) });
    expect(sent.status).toBe(200);
    await stand.settle();
  }
  const kept = async (customerId: string) => {
    const item = cosmos.database("crema").container("regulars").item(documentId(customerId), "main");
    return (await item.read<Coffees>()).resource;
  };
  const shown = async (person?: Person) => (await person?.get<{ notices: Notice[] }>("/notices"))?.notices ?? [];

  test("the tenth coffee is told to its customer and to the bar, and to nobody else, until it is over", async () => {
    const customer = await stand.person();
    const [phone, bar] = [await customer.listen(), await barista?.listen()];
    async function serve(after?: string): Promise<OrderReply["order"]> {
      const id = await stand.scan(customer, display as Person, after);
      await customer.command(id, "submit", { drinkId: "drink:espresso" });
      await stand.settle();
      for (const step of ["claim", "ready", "collect"]) await barista?.command(id, step);
      await stand.settle();
      return stand.order(customer, id);
    }
    const first = await serve();
    const { customerId } = first;
    for (let coffee = 2; coffee <= 9; coffee++) await tell(coffeeOf(customerId));
    expect(await shown(customer)).toEqual([]);
    await stand.advance("31 s");
    const tenth = await serve(first.id);
    await phone.hears("notice", ({ notice }) => notice.text.en === toCustomer(10).en);
    await bar?.hears("notice", ({ notice }) => notice.text.en === toBar(10, tenth.number ?? 0).en);
    expect(await shown(customer)).toMatchObject([{ audience: { customer: customerId }, icon: "gift" }]);
    expect(await shown(barista)).toMatchObject([{ audience: "bar" }]);
    expect(await shown(display)).toEqual([]);
    expect(await shown(await stand.person())).toEqual([]);
    await stand.advance("16 min");
    expect(await shown(barista)).toEqual([]);
    await stand.advance("45 min");
    expect(await shown(customer)).toEqual([]);
    // Nothing of a person but the opaque id.
    expect(await kept(customerId)).toMatchObject({ count: 10, round: { orderId: tenth.id, coffee: 10 } });
    phone.close();
    bar?.close();
  });

  test("an event that comes twice, twice at once or late is one coffee, and congratulates once", async () => {
    const customerId = "customer-twice-0001";
    const nine = Array.from({ length: 9 }, () => coffeeOf(customerId));
    const tenth = coffeeOf(customerId, 12);
    await tell(...nine, ...nine.toReversed());
    expect(await kept(customerId)).toMatchObject({ count: 9 });
    await tell(tenth, tenth, tenth);
    const [said] = await shown(barista);
    expect(said?.text.en).toBe(toBar(10, 12).en);
    await stand.advance("1 min");
    await tell(...nine, tenth);
    expect(await kept(customerId)).toMatchObject({ count: 10 });
    expect(await shown(barista)).toEqual([said]);
    await stand.advance("15 min");
    await tell(tenth);
    expect(await shown(barista)).toEqual([]);
  });

  test("what was taken at the counter is nobody's coffee", async () => {
    const customerId = "counter-0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a001";
    const ready = coffeeOf(customerId);
    const order = { ...ready.data.order, counter: { named: true } };
    await tell({ ...ready, data: { order } });
    expect(await kept(customerId)).toBeUndefined();
  });

  test("what is told again is counted where it was not, and congratulates nobody", async () => {
    const customerId = "customer-again-0001";
    const ten = Array.from({ length: 10 }, () => coffeeOf(customerId));
    await tell(...ten.map((event) => toldAgain(event, "run-1", "regulars")));
    await tell(...ten.map((event) => toldAgain(event, "run-2", "regulars")));
    expect(await kept(customerId)).toMatchObject({ count: 10 });
    expect(await shown(barista)).toEqual([]);
    expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
  });
});
