import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waterfall } from "../../local/recorder/waterfall.ts";
import type { Step } from "../../local/recorder/way.ts";
import { wayOf } from "../../local/recorder/way.ts";
import { Stand } from "./stand.ts";

/** The steps on the way down to the first that fits, each as `service kind name`. */
function down(steps: readonly Step[], fits: (step: Step) => boolean): string[] | undefined {
  for (const step of steps) {
    const { service, kind, name } = step.span;
    const line = `${service} ${kind} ${name}`;
    if (fits(step)) return [line];
    const below = down(step.steps, fits);
    if (below !== undefined) return [line, ...below];
  }
  return undefined;
}

const keysOf = (steps: readonly Step[]): unknown[] => steps.map(({ span, steps: below }) => [span.keys, keysOf(below)]);

describe.each(["handed-over", "sockets"] as const)("requests to the services: %s", (connections) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z"), connections });
  });
  afterAll(() => stand.close());

  test("one order's way is recorded through every service, each step with what caused it, and of another order there is nothing", async () => {
    const [barista, display] = await Promise.all([stand.barista(), stand.display()]);
    const [ann, bob] = [await stand.person(), await stand.person()];
    // At once, so that both stand in the same batches of the change feed.
    const [mine, other] = await Promise.all([stand.scan(ann, display), stand.scan(bob, display)]);
    const latte = { drinkId: "drink:latte", options: { milk: ["oat"] } };
    await Promise.all([ann.command(mine, "submit", latte), bob.command(other, "submit", latte)]);
    await stand.settle();
    await barista.command(mine, "claim");
    await barista.command(mine, "ready");
    await stand.settle();

    const { recorder } = stand.azure;
    const way = wayOf(recorder, `instance:${mine}`);
    const asked = down(
      way,
      ({ span }) => span.service === "webpubsub" && span.kind === "send" && span.name.startsWith("groups/"),
    );
    expect(asked?.slice(0, 2)).toEqual(["functions http POST /api/stores/main/scans", "cosmos batch crema/codes"]);
    const made = down(way, ({ span }) => span.kind === "activity" && span.name === "orders-number");
    expect(made).toEqual([
      `functions http POST /api/stores/main/orders/${mine}/submit`,
      "cosmos batch crema/orders",
      "cosmos feed crema/orders",
      "functions run outbox-orders",
      "eventgrid publish crema",
      "eventgrid deliver services",
      "functions run services",
      "durable raise order",
      "durable episode order",
      "durable activity orders-number",
    ]);
    const text = waterfall(way) + JSON.stringify(keysOf(way));
    expect(text).not.toContain(`/orders/${other}/`);
    expect(text).not.toContain(`instance:${other}`);

    const activity = [...recorder.spans()].find(
      ({ name, keys }) => name === "orders-number" && keys.includes(`instance:${mine}`),
    );
    expect(recorder.find(activity?.id ?? 0)).toMatchObject({ outcome: "ok", details: { input: { orderId: mine } } });
  });

  test("what the clock begins has no cause, and what it leads to has", async () => {
    const { recorder } = stand.azure;
    const before = recorder.newest;
    await stand.advance("2 min");
    const runs = [...recorder.spans(before)].filter(({ service, kind }) => service === "functions" && kind === "run");
    const roots = runs.filter(({ causes }) => causes.length === 0);
    expect(roots.length).toBeGreaterThan(0);
    for (const { id } of roots) expect(recorder.find(id)?.details.trigger).toBe("timer");
  });
});
