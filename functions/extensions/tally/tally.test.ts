import { CosmosClient } from "@azure/cosmos";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { extensionsIn } from "../../../infra/extensions.ts";
import type { Person } from "../../../test/system/person.ts";
import { Stand } from "../../../test/system/stand.ts";
import { Terminal } from "../../../test/tools/events/terminal.ts";
import { samples } from "../../../tools/contracts/samples.ts";
import type { Today } from "./contract.ts";
import { type Day, dayId, told, withOrder } from "./day.ts";
import { words } from "./words.ts";

const day = "2026-06-15";
const ready = (drink: OrderView["drink"], readyAt: string) => ({ drink, readyAt }) as OrderView;

describe("the count", () => {
  const drink = fc.constantFrom("latte", "mocha", "flat-white");
  const order = fc
    .record({ drink, name: fc.constantFrom("A", "B"), minute: fc.integer({ min: 10, max: 59 }) })
    .map(({ drink: id, name, minute }) =>
      ready({ id: `drink:${id}`, name, icon: "cup" }, `2026-06-15T10:${minute}:00.000Z`),
    );

  test("is the same in whichever order it is made, and no order is lost", () => {
    const count = (orders: OrderView[]) =>
      orders.reduce<Day | undefined>((sum, each) => withOrder(sum, day, each), undefined);
    fc.assert(
      fc.property(fc.array(order, { minLength: 1 }), fc.gen(), (orders, gen) => {
        const shuffled = gen(() => fc.shuffledSubarray(orders, { minLength: orders.length }));
        const told1 = told(day, count(orders));
        expect(told(day, count(shuffled))).toEqual(told1);
        expect(told1.coffees).toBe(orders.length);
        expect(told1.drinks.reduce((sum, each) => sum + each.count, 0)).toBe(orders.length);
      }),
    );
  });

  test("has each drink under the name that it was wanted under last", () => {
    const wanted = (name: string, minute: number) =>
      ready({ id: "drink:latte", name, icon: "cup" }, `2026-06-15T10:${minute}:00.000Z`);
    const [early, late] = [wanted("Latte", 10), wanted("Caffè Latte", 20)];
    for (const orders of [
      [early, late],
      [late, early],
    ]) {
      const sum = orders.reduce<Day | undefined>((before, each) => withOrder(before, day, each), undefined);
      expect(told(day, sum).drinks).toEqual([{ id: "drink:latte", name: "Caffè Latte", count: 2 }]);
    }
  });

  test("of a day without coffee is none", () => {
    expect(told(day, undefined)).toEqual({ day, coffees: 0, drinks: [] });
  });

  test("is said in words that are right for one and for many", () => {
    const drinks = [{ id: "drink:flat-white", name: "Flat White", count: 1 }];
    expect(words({ day, coffees: 1, drinks }).en).toBe("1 coffee today, most loved: Flat White");
    expect(words({ day, coffees: 132, drinks })).toEqual({
      en: "132 coffees today, most loved: Flat White",
      de: "132 Kaffees heute, am beliebtesten: Flat White",
    });
  });
});

describe("at a stand", () => {
  // Five to midnight in Berlin.
  const late = Date.parse("2026-06-15T21:55:30Z");
  let stand: Stand;
  let [barista, display]: Person[] = [];
  beforeAll(async () => {
    stand = await Stand.open({ heldAt: late, extensions: extensionsIn().filter(({ name }) => name === "tally") });
    [barista, display] = [await stand.barista(), await stand.display()];
    await stand.configure(await stand.admin(), { scansPerCode: 1000 });
  });
  afterAll(() => stand.close());

  async function serve(drinkId: string): Promise<string> {
    const customer = await stand.person();
    const id = await stand.scan(customer, display as Person);
    await customer.command(id, "submit", { drinkId });
    await stand.settle();
    await barista?.command(id, "claim");
    await barista?.command(id, "ready");
    await stand.settle();
    return id;
  }
  const today = () => barista?.get<Today>("/extensions/tally");

  test("the display says what was made, each order once, and begins anew at midnight", async () => {
    expect(await today()).toEqual({ day, coffees: 0, drinks: [] });
    const screen = await display?.listen();
    await serve("drink:flat-white");
    await serve("drink:latte");
    await serve("drink:flat-white");
    await stand.advance("2 s");
    await screen?.hears("notice", ({ notice }) => notice.text.en === "3 coffees today, most loved: Flat White");
    expect(await today()).toEqual({
      day,
      coffees: 3,
      drinks: [
        { id: "drink:flat-white", name: "Flat White", count: 2 },
        { id: "drink:latte", name: "Latte", count: 1 },
      ],
    });
    await stand.advance("6 min");
    expect(await today()).toEqual({ day: "2026-06-16", coffees: 0, drinks: [] });
    expect((await display?.get<{ notices: unknown[] }>("/notices"))?.notices).toEqual([]);
    screen?.close();
  });

  test("is the same once it was lost and the day was told to it again", async () => {
    const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
    const terminal = new Terminal();
    try {
      const container = client.database("crema").container("tally");
      const { resource: before } = await container.item(dayId(day), "main").read<Day>();
      expect(before).toMatchObject({ coffees: 3 });
      for (const { id } of (await container.items.readAll<{ id: string }>().fetchAll()).resources)
        await container.item(id, "main").delete();
      const at = ["--at", stand.azure.controlUrl];
      expect(await terminal.run("replay", "--to", "tally", "--since", "1d", ...at)).toMatchObject({ code: 0 });
      await stand.settle();
      expect(told(day, (await container.item(dayId(day), "main").read<Day>()).resource)).toEqual(told(day, before));
    } finally {
      terminal.close();
      client.dispose();
    }
  });

  test("an event that comes again, late and twice at once, counts once, and for its own day", async () => {
    const sample = samples().get("crema.order.ready.v1") as CremaEvent<"crema.order.ready.v1">;
    const order = { ...sample.data.order, readyAt: "2026-06-14T10:00:00.000Z" };
    const event = { ...sample, data: { order } };
    const { eventGrid, cosmos } = stand.azure.endpoints;
    const headers = {
      "content-type": "application/cloudevents-batch+json; charset=utf-8",
      "aeg-sas-key": eventGrid.key,
    };
    for (const events of [[event, event, event], [event]]) {
      const sent = await fetch(eventGrid.endpoint, { method: "POST", headers, body: JSON.stringify(events) });
      expect(sent.status).toBe(200);
      await stand.settle();
    }
    const client = new CosmosClient(cosmos.connectionString);
    try {
      const item = client.database("crema").container("tally").item(dayId("2026-06-14"), "main");
      expect((await item.read<Day>()).resource).toMatchObject({ coffees: 1 });
    } finally {
      client.dispose();
    }
    expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
    const said = await display?.get<{ notices: unknown[] }>("/notices");
    expect(said?.notices).toEqual([]);
  });
});
