import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import type { JourneyReply } from "../../../contracts/http.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { toldAgain } from "../../../contracts/replay.ts";
import { extensionsIn } from "../../../infra/extensions.ts";
import type { Person } from "../../../test/system/person.ts";
import { Stand } from "../../../test/system/stand.ts";
import { samples } from "../../../tools/contracts/samples.ts";
import { empty, type Hands, type HandsAnswer, handle } from "./hands.ts";
import { instanceOf } from "./names.ts";

describe("the hands", () => {
  const request = (orderId: string, since: number, ask: "take" | "leave" = "take") =>
    ({ storeId: "main", orderId, ask, since, lapsesAt: since + 900_000, making: 45_000 }) as const;

  test("are one order's at a time, whoever asks when, and answer who asks again the same", () => {
    const step = fc.record({
      order: fc.integer({ min: 1, max: 6 }),
      ask: fc.constantFrom("take" as const, "leave" as const),
      after: fc.integer({ min: 0, max: 60_000 }),
      open: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let [hands, now]: [Hands, number] = [empty, 0];
        let holder: string | undefined;
        for (const { order, ask, after, open } of steps) {
          now += after;
          const id = `order-${order}`;
          if (holder !== undefined && (hands.holds?.lapsesAt ?? 0) <= now) holder = undefined;
          const once = handle(hands, request(id, order * 1_000, ask), open, now);
          const twice = handle(once.hands, request(id, order * 1_000, ask), open, now);
          expect(twice).toEqual(once);
          hands = once.hands;
          if ("taken" in once.answer && once.answer.taken) {
            expect([undefined, id]).toContain(holder);
            holder = id;
          } else if (ask === "leave" && holder === id) holder = undefined;
          expect(hands.holds?.orderId).toBe(holder);
          if ("again" in once.answer) expect(Date.parse(once.answer.again)).toBeGreaterThan(now);
        }
      }),
    );
  });

  test("are for who waits longest, but for nobody who does not come", () => {
    let hands = empty;
    const ask = (orderId: string, since: number, now: number, what: "take" | "leave" = "take"): HandsAnswer => {
      const handled = handle(hands, request(orderId, since, what), true, now);
      hands = handled.hands;
      return handled.answer;
    };
    expect(ask("a", 1, 10)).toEqual({ taken: true });
    const full = { taken: false };
    expect(ask("c", 3, 20)).toMatchObject(full);
    expect(ask("b", 2, 30)).toMatchObject(full);
    expect(ask("a", 1, 47_000, "leave")).toEqual({ next: "b" });
    expect(ask("c", 3, 48_000)).toMatchObject(full);
    expect(ask("b", 2, 49_000)).toEqual({ taken: true });
    expect(ask("d", 4, 50_000)).toMatchObject(full);
    expect(ask("b", 2, 51_000, "leave")).toEqual({ next: "c" });
    expect(ask("d", 4, 52_000)).toMatchObject(full);
    expect(ask("d", 4, 62_000)).toEqual({ taken: true });
    // Of an order that is over nothing is kept.
    ask("e", 5, 63_000);
    expect(hands.waiting.map(({ orderId }) => orderId)).toEqual(["c", "e"]);
    ask("d", 4, 900_004, "leave");
    expect(hands.waiting.map(({ orderId }) => orderId)).toEqual(["e"]);
  });
});

describe("at a stand", () => {
  const data = mkdtempSync(join(tmpdir(), "crema-robot-"));
  const extensions = extensionsIn().filter(({ name }) => name === "barista-robot");
  let stand: Stand;
  let [barista, admin, display]: Person[] = [];
  async function open(heldAt: number): Promise<void> {
    stand = await Stand.open({ heldAt, data, extensions });
    [barista, admin, display] = [await stand.barista(), await stand.admin(), await stand.display()];
  }
  beforeAll(async () => {
    await open(Date.parse("2026-06-15T10:05:30Z"));
    await stand.configure(admin as Person, { scansPerCode: 1000 });
  });
  afterAll(async () => {
    await stand.close();
    rmSync(data, { recursive: true, force: true });
  });

  async function ordered(): Promise<string> {
    const customer = await stand.person();
    const id = await stand.scan(customer, display as Person);
    await customer.command(id, "submit", { drinkId: "drink:espresso" });
    await stand.settle();
    await stand.advance("1 s");
    return id;
  }
  const order = (id: string) => stand.order(barista as Person, id);
  const end = (id: string) => {
    const { status, output } = stand.azure.durable.instance(instanceOf(id)) ?? {};
    return [status, output && JSON.parse(output)];
  };

  test("it claims what nobody claims, and readies it; each screen sees it live, and the story tells of it", async () => {
    const [bar, board] = [await barista?.listen(), await display?.listen()];
    const id = await ordered();
    await stand.advance("18 s");
    expect(await order(id)).toMatchObject({ state: "queued" });
    await stand.advance("2 s");
    expect(await order(id)).toMatchObject({ state: "making", barista: { name: "Robot" } });
    await stand.advance("43 s");
    expect(await order(id)).toMatchObject({ state: "making" });
    await stand.advance("3 s");
    expect(await order(id)).toMatchObject({ state: "ready", barista: { name: "Robot" } });
    expect(end(id)).toEqual(["Completed", "made"]);
    for (const screen of [bar, board]) {
      await screen?.hears("order", ({ order }) => order.id === id && order.state === "ready");
      expect(screen?.states(id).slice(-3)).toEqual(["queued", "making", "ready"]);
      screen?.close();
    }
    await barista?.command(id, "collect");
    const story = await barista?.get<JourneyReply>(`/orders/${id}/journey`);
    expect(story?.steps.filter(({ who }) => who.name === "Robot").map(({ what }) => what)).toEqual([
      "claimed",
      "ready",
    ]);
    await stand.advance("1 s");
    expect(await barista?.get(`/insights?from=2026-06-15&to=2026-06-15`)).toMatchObject({ total: { collected: 1 } });
  });

  test("it makes one drink at a time, in the order in which they came", async () => {
    const ids = [await ordered(), await ordered(), await ordered()];
    const ready: string[] = [];
    for (let step = 0; step < 50 && ready.length < 3; step++) {
      await stand.advance("5 s");
      const views = await Promise.all(ids.map(order));
      expect(views.filter(({ state }) => state === "making").length).toBeLessThanOrEqual(1);
      ready.push(...views.filter(({ state, id }) => state === "ready" && !ready.includes(id)).map(({ id }) => id));
    }
    expect(ready).toEqual(ids);
  });

  test("what a person has claimed it never touches; what they put back it makes", async () => {
    const [claimed, made] = [await ordered(), await ordered()];
    await barista?.command(claimed, "claim");
    await barista?.command(made, "ready");
    await stand.advance("5 min");
    expect(await order(claimed)).toMatchObject({ state: "making", version: 4, barista: { name: "Bea" } });
    expect(end(made)).toEqual(["Completed", "passed on"]);
    await barista?.command(claimed, "release");
    await stand.advance("15 s");
    expect(await order(claimed)).toMatchObject({ state: "queued" });
    await stand.advance("6 s");
    expect(await order(claimed)).toMatchObject({ state: "making", barista: { name: "Robot" } });
    await stand.advance("48 s");
    expect(await order(claimed)).toMatchObject({ state: "ready" });
  });

  test("what is taken out of its hands it leaves to people, and goes on with the next", async () => {
    const [first, second, third] = [await ordered(), await ordered(), await ordered()];
    await stand.advance("19 s");
    await admin?.command(first, "release");
    await stand.advance("3 s");
    expect(await order(first)).toMatchObject({ state: "queued" });
    expect(end(first)).toEqual(["Completed", "passed on"]);
    expect(await order(second)).toMatchObject({ state: "making", barista: { name: "Robot" } });
    await barista?.command(second, "cancel", { note: "out of milk" });
    await stand.advance("2 min");
    expect(await order(third)).toMatchObject({ state: "ready" });
    expect(await order(first)).toMatchObject({ state: "queued" });
    // Nobody makes it: it expires as any other.
    await stand.advance("15 min");
    expect(await order(first)).toMatchObject({ state: "expired" });
  });

  test("when the store closes it finishes what it has begun, and claims no more until it opens again", async () => {
    const [first, second] = [await ordered(), await ordered()];
    await stand.advance("25 s");
    await stand.configure(admin as Person, { open: false });
    await stand.advance("3 min");
    expect(await order(first)).toMatchObject({ state: "ready" });
    expect(await order(second)).toMatchObject({ state: "queued" });
    await stand.configure(admin as Person, { open: true });
    await stand.advance("31 s");
    expect(await order(second)).toMatchObject({ state: "making", barista: { name: "Robot" } });
    await stand.advance("50 s");
  });

  test("events that come again, late, or out of a replay begin nothing anew", async () => {
    const id = await ordered();
    await stand.advance("2 min");
    const view = (await order(id)) as OrderView;
    expect(view).toMatchObject({ state: "ready", version: 5 });
    const sample = samples().get("crema.order.queued.v1") as CremaEvent<"crema.order.queued.v1">;
    const deadline = new Date(Date.parse(view.queuedAt ?? "") + 900_000).toISOString();
    const queued = (of: string): CremaEvent => {
      const data = { order: { ...view, id: of, state: "queued" as const, version: 3, deadline } };
      return { ...sample, id: `${of}:3`, subject: `stores/main/orders/${of}`, correlationid: of, data };
    };
    const other = "0b1f4c1e-58ce-4a1e-9d0b-000000000001";
    const { endpoint, key } = stand.azure.endpoints.eventGrid;
    const headers = { "content-type": "application/cloudevents-batch+json; charset=utf-8", "aeg-sas-key": key };
    async function tell(...events: CremaEvent[]): Promise<void> {
      expect((await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(events) })).status).toBe(200);
      await stand.settle();
    }
    await tell(queued(id), queued(id), toldAgain(queued(other), "run-1", "barista-robot"));
    expect(end(id)).toEqual(["Completed", "made"]);
    expect(end(other)).toEqual([undefined, undefined]);
    // Of an order that there is not, the robot learns that there is none.
    await tell(queued(other), queued(other));
    await stand.advance("2 min");
    expect(await order(id)).toMatchObject({ state: "ready", version: 5 });
    expect(end(other)).toEqual(["Completed", "passed on"]);
    expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
  });

  test("a database that is away for minutes takes no drink out of its hands: it says ready once it can", async () => {
    const { faults } = stand.azure;
    const [first, second] = [await ordered(), await ordered()];
    await stand.advance("25 s");
    const refusal = { harm: "refuse", status: 429, retryAfter: 1 } as const;
    const { id } = faults.add({ service: "cosmos", operation: "batch", name: "crema/orders", ...refusal });
    await stand.advance("6 min");
    expect(await order(first)).toMatchObject({ state: "making", barista: { name: "Robot" } });
    faults.remove(id);
    await stand.advance("1 min");
    expect(await order(first)).toMatchObject({ state: "ready", barista: { name: "Robot" } });
    await stand.advance("1 min");
    expect(await order(second)).toMatchObject({ state: "ready", barista: { name: "Robot" } });
    expect([first, second].map(end)).toEqual(Array(2).fill(["Completed", "made"]));
  });

  test("stopped in the middle of a drink, it goes on where it was", async () => {
    const [first, second] = [await ordered(), await ordered()];
    await stand.advance("30 s");
    expect(await order(first)).toMatchObject({ state: "making" });
    const then = stand.azure.clock.now() + 60_000;
    await stand.close();
    await open(then);
    await stand.advance("5 s");
    expect(await order(first)).toMatchObject({ state: "ready" });
    await stand.advance("60 s");
    expect(await order(second)).toMatchObject({ state: "ready", barista: { name: "Robot" } });
  });
});
