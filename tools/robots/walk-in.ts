import type { OrderReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import { codeOf } from "../../web/lib/api.ts";
import { randomKey } from "../../web/lib/random.ts";
import type { Device } from "./device.ts";
import { minute } from "./habits.ts";
import type { Place } from "./place.ts";
import { type VisitPlan, wishOf } from "./visit-plan.ts";

/** The maximum time at the counter. */
const standsFor = 15 * minute;

/**
 * The visit of a guest without a phone: a barista takes their order on the `till`, they hear its number, and come when it is called. Errors are not
 * thrown but recorded.
 */
export async function walkIn({ life, seed, counter }: Place, till: Device, plan: VisitPlan): Promise<void> {
  const { ledger } = life;
  ledger.visits++;
  const { menu, store } = till.page ?? (await till.loadPage());
  const wish = wishOf(seed, plan.n, menu);
  if (wish === undefined) return ledger.add("left", "everything is sold out");
  let order: OrderView | undefined;
  try {
    const headers = { "idempotency-key": randomKey() };
    const named = plan.n % 3 === 0 ? {} : { name: `Guest ${plan.n}` };
    const body = { ...wish, ...named };
    const place = () => till.api.inStore<OrderReply>("POST", "/orders", { body, headers, repeatable: true });
    ledger.placed++;
    // A double tap sometimes sends the same request twice, for one order.
    const again = plan.n % 3 === 1 ? till.insist(place).catch(() => undefined) : undefined;
    order = (await till.insist(place)).order;
    const other = (await again)?.order;
    if (other !== undefined && other.id !== order.id)
      ledger.error(`Two taps at the counter made two orders: ${order.id} and ${other.id}.`);
    const { id } = order;
    ledger.began(id);
    counter.announce(id);
    till.takeOrder(order);
    if (order.number === undefined) ledger.error(`Order ${id} was taken at the counter and had no number to say.`);
    const now = () => till.orders.get(id);
    const called = () => {
      const seen = now();
      // An order that is missing from the list after a reload of the bar has ended.
      return seen === undefined || seen.state === "ready" || isFinal(seen.state) ? true : undefined;
    };
    if ((await till.until(called, (store.makingMinutes + 2) * minute)) === undefined) {
      ledger.error(`Order ${id} was neither made nor given up in ${store.makingMinutes + 2} min.`);
    }
    if (now()?.state === "ready" && plan.comes !== undefined) {
      await life.sleep(plan.comes);
      counter.come(id);
      await till.until(() => (isFinal(now()?.state ?? "collected") ? true : undefined), standsFor);
    }
  } catch (error) {
    if (order === undefined) ledger.add("left", `not taken at the counter: ${codeOf(error) ?? "no answer"}`);
    ledger.trouble("at the counter", error);
  } finally {
    if (order !== undefined) counter.leave(order.id);
    const begun = order && ledger.orders.get(order.id);
    const last = order && (till.orders.get(order.id) ?? order);
    if (begun && last) Object.assign(begun, { state: last.state, version: last.version });
  }
}
