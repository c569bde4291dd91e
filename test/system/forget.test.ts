import { expect, test } from "vitest";
import { Stand } from "./stand.ts";

test("a workflow that is over is kept for a week and then forgotten; its order is not", async () => {
  const stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
  try {
    const [barista, display, customer] = [await stand.barista(), await stand.display(), await stand.person()];
    const id = await stand.scan(customer, display);
    await customer.command(id, "submit", { drinkId: "drink:latte", options: {} });
    await stand.settle();
    await barista.command(id, "ready");
    await stand.settle();
    const known = () => stand.azure.durable.instance(id)?.status;
    expect(known()).toBe("Completed");
    await stand.advance("6 d");
    expect(known()).toBe("Completed");
    await stand.advance("2 d");
    expect(known()).toBeUndefined();
    expect(await stand.order(await stand.barista(), id)).toMatchObject({ state: "ready" });
  } finally {
    await stand.close();
  }
});
