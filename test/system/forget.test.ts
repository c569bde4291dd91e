import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Stand } from "./stand.ts";

test("a workflow that is over is kept for a week and then forgotten; its order is not", async () => {
  const data = mkdtempSync(join(tmpdir(), "crema-forget-"));
  let stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z"), data });
  try {
    const [barista, display, customer] = [await stand.barista(), await stand.display(), await stand.person()];
    const id = await stand.scan(customer, display);
    await customer.command(id, "submit", { drinkId: "drink:latte", options: {} });
    await stand.settle();
    await barista.command(id, "ready");
    await stand.settle();
    const known = () => stand.azure.durable.instance(id)?.status;
    expect(known()).toBe("Completed");
    // The stand is switched off meanwhile: a week of minutes in which nothing happens would only be walked through.
    const openAt = async (moment: string) => {
      await stand.close();
      stand = await Stand.open({ heldAt: Date.parse(moment), data });
    };
    await openAt("2026-06-22T03:39:30Z");
    await stand.advance("1 min");
    expect(known()).toBe("Completed");
    await openAt("2026-06-23T03:39:30Z");
    expect(known()).toBe("Completed");
    await stand.advance("1 min");
    expect(known()).toBeUndefined();
    expect(await stand.order(await stand.barista(), id)).toMatchObject({ state: "uncollected" });
  } finally {
    await stand.close();
    rmSync(data, { recursive: true, force: true });
  }
});
