import { afterAll, beforeAll, expect, test } from "vitest";
import type { InsightsReply } from "../../contracts/insights.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import type { Person } from "./person.ts";
import { Stand } from "./stand.ts";

/** Every extension that there is, whether or not it is chosen, and one that fails at each event and each request. */
const extensions = [...extensionsIn(), ...extensionsIn("test/system/extensions")];

let stand: Stand;
let barista: Person;
let display: Person;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z"), extensions });
  barista = await stand.barista();
  display = await stand.display();
});
afterAll(() => stand.close());

test("an extension that throws for an hour stops no order, and only its own events lie with the dead letters", async () => {
  const [customer, screen] = [await stand.person(), await display.listen()];
  const served: string[] = [];
  for (let five = 0; five < 12; five++) {
    const id = await stand.scan(customer, display, served.at(-1));
    await customer.command(id, "submit", { drinkId: "drink:espresso" });
    await stand.settle();
    for (const step of ["claim", "ready", "collect"]) await barista.command(id, step);
    await stand.settle();
    expect(await stand.order(customer, id)).toMatchObject({ state: "collected" });
    expect(stand.azure.durable.instance(id)).toMatchObject({ status: "Completed" });
    await screen.hears("order", ({ order }) => order.id === id && order.state === "collected");
    served.push(id);
    for (const path of ["broken", "broken/count"])
      expect((await fetch(`${stand.store}/extensions/${path}`)).status, path).toBe(500);
    await stand.advance("5 min");
  }
  screen.close();
  expect(new Set(served).size).toBe(12);
  const figures = await barista.get<InsightsReply>("/insights?from=2026-06-15&to=2026-06-15");
  expect(figures.total).toMatchObject({ scans: 12, collected: 12 });

  const letters = stand.azure.eventGrid.deadLetters();
  expect([...new Set(letters.map(({ subscription }) => subscription))]).toEqual(["broken"]);
  // Seven events an order; those of the last few minutes are still being tried.
  expect(letters.length).toBeGreaterThan(7 * 10);
  expect(letters[0]).toMatchObject({ deadLetterReason: "MaxDeliveryAttemptsExceeded", deliveryAttempts: 3 });
});
