import { afterEach, describe, expect, test } from "vitest";
import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import { type Person, Refused } from "./person.ts";
import { Stand } from "./stand.ts";
import { soldOut, type TracedOrder, tracedOrders } from "./trace.ts";

/** How one recorded order went at our stand. */
interface Played {
  traced: TracedOrder;
  customer: Person;
  /** What should come of the scan, told from the code and the queue just before it. */
  expected: "choosing" | "full" | "code-exhausted";
  scanned: string | { refused: string };
  /** What the drink's submission and the barista's command were answered. */
  submitted?: string;
  ended?: string;
}

const answer = (reply: Promise<unknown>) =>
  reply.then(
    () => "done",
    (error: unknown) => (error instanceof Refused ? error.problem.code : String(error)),
  );

describe("the people of our recording, all within ten minutes", () => {
  let stand: Stand;
  afterEach(() => stand.close());

  async function play(prepare: (admin: Person) => Promise<void>): Promise<{ played: Played[]; barista: Person }> {
    const orders = await tracedOrders();
    expect(orders.length).toBeGreaterThan(100);
    // Facts are missing and in the wrong order, or half of what this is for would not be tried.
    const some = (fits: (order: TracedOrder) => boolean) => orders.filter(fits).length;
    expect(some(({ drink, end }) => drink !== undefined && end !== undefined && end.at < drink.at)).toBeGreaterThan(4);
    expect(some(({ drink, end }) => drink === undefined && end?.command === "ready")).toBeGreaterThan(2);
    expect(some(({ drink, end }) => drink !== undefined && end === undefined)).toBeGreaterThan(2);
    expect(some(({ drink }) => drink?.id === soldOut)).toBeGreaterThan(2);
    stand = await Stand.open({ heldAt: (orders[0]?.begins ?? 0) - 60_000 });
    const [admin, barista, display] = [await stand.admin(), await stand.barista(), await stand.display()];
    await prepare(admin);
    const played = await Promise.all(
      orders.map(
        async (traced): Promise<Played> => ({
          traced,
          customer: await stand.person(),
          expected: "choosing",
          scanned: "",
        }),
      ),
    );
    const steps: { at: number; run(): Promise<void> }[] = [];
    for (const order of played) {
      const { traced, customer } = order;
      const acted = async (by: Person, command: string, body: object) =>
        typeof order.scanned === "string" ? answer(by.command(order.scanned, command, body)) : "never admitted";
      steps.push({ at: traced.begins, run: () => scan(order, display) });
      if (traced.drink) {
        const { id, at } = traced.drink;
        steps.push({
          at,
          run: async () => {
            order.submitted = await acted(customer, "submit", { drinkId: id });
          },
        });
      }
      if (traced.end) {
        const { command, by, at } = traced.end;
        steps.push({
          at,
          run: async () => {
            const note = command === "cancel" && by === "barista" ? { note: "cancelled at the stand" } : {};
            order.ended = await acted(by === "customer" ? customer : barista, command, note);
            if (order.ended === "done" && command === "ready") await acted(barista, "collect", {});
          },
        });
      }
    }
    // A stable sort keeps the order scan, submit, end where the recording has them in the same second.
    for (const { at, run } of steps.sort((a, b) => a.at - b.at)) {
      if (at > stand.azure.clock.now()) await stand.advance(at - stand.azure.clock.now());
      await run();
      await stand.settle();
    }
    await stand.advance("21 min");
    return { played, barista };
  }

  /** The code that was last on the display: who photographed it still has it when the display hides it. */
  let shown = "";
  async function scan(order: Played, display: Person): Promise<void> {
    const { window, code } = await display.get<{ window: { scansLeft: number }; code?: string }>("/code");
    shown = code ?? shown;
    const { store } = await stand.page();
    if (window.scansLeft === 0) order.expected = "code-exhausted";
    else if ((await stand.active()) >= store.capacity) order.expected = "full";
    order.scanned = await order.customer.post<{ orderId: string }>("/scans", { code: shown }).then(
      ({ orderId }) => orderId,
      (error: Refused) => ({ refused: error.problem?.code ?? String(error) }),
    );
    await stand.settle();
  }

  const view = async (order: Played): Promise<OrderView | undefined> =>
    typeof order.scanned === "string" ? stand.order(order.customer, order.scanned) : undefined;

  /** The state that an admitted order must end in, from what was done to it and when. */
  function finalState({ traced, submitted, ended }: Played): Partial<OrderView> {
    if (traced.end && ended === "done")
      return traced.end.command === "ready" ? { state: "collected" } : { state: "cancelled" };
    return submitted === "done"
      ? { state: "expired", end: { by: "system", reason: "barista" } }
      : { state: "expired", end: { by: "system", reason: "customer" } };
  }

  test("with the limits raised, all orders reach exactly one final state", async () => {
    const { played } = await play(async (admin) => {
      await stand.configure(admin, { capacity: 500, scansPerCode: 500 });
      await stand.configure(admin, { available: true }, soldOut);
    });
    const states: Record<string, number> = {};
    for (const order of played) {
      expect(order.expected).toBe("choosing");
      if (order.traced.drink) expect(order.submitted).toBe("done");
      const final = await view(order);
      expect(final).toMatchObject(finalState(order));
      expect(isFinal(final?.state ?? "choosing")).toBe(true);
      states[final?.state ?? ""] = (states[final?.state ?? ""] ?? 0) + 1;
      expect(stand.azure.durable.instance(final?.id ?? "")).toMatchObject({ status: "Completed" });
    }
    expect(Object.values(states).reduce((a, b) => a + b)).toBe(played.length);
    expect(states.collected).toBeGreaterThan(10);
    expect(states.cancelled).toBeGreaterThan(0);
    expect(await stand.active()).toBe(0);
    expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
    // Numbers: one for each order that was submitted, without a gap.
    const numbers = (await Promise.all(played.map(view))).flatMap((order) => order?.number ?? []).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  });

  test.each([
    ["the seed's limits", {}, "code-exhausted"],
    ["codes for all and few places", { scansPerCode: 500, capacity: 8 }, "full"],
  ])("with %s, each order is served or refused with the right reason", async (_, limits, gate) => {
    const { played } = await play((admin) => stand.configure(admin, limits));
    const reasons: Record<string, number> = {};
    for (const order of played) {
      const final = await view(order);
      const outcome =
        typeof order.scanned === "object"
          ? order.scanned.refused
          : final?.state === "refused"
            ? final.end?.reason
            : "choosing";
      expect(outcome).toBe(order.expected === "choosing" ? "choosing" : order.expected);
      reasons[outcome ?? ""] = (reasons[outcome ?? ""] ?? 0) + 1;
      if (outcome !== "choosing") continue;
      expect(final).toMatchObject(finalState(order));
      const onTheMenu = (await stand.page()).menu.some(
        (drink) => drink.available && drink.id === order.traced.drink?.id,
      );
      if (order.traced.drink) expect(order.submitted).toBe(onTheMenu ? "done" : "drink-unavailable");
    }
    // Both kinds of outcome must have come up for the test to mean anything.
    expect(reasons.choosing).toBeGreaterThan(20);
    expect(reasons[gate]).toBeGreaterThan(20);
    expect(await stand.active()).toBe(0);
  });
});
