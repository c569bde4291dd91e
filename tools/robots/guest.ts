import type { SubmitRequest } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import { codeOf } from "../../web/lib/api.ts";
import type { Device } from "./device.ts";
import { Door } from "./door.ts";
import { minute } from "./habits.ts";
import type { Wanted } from "./ledger.ts";
import { OwnOrders } from "./own-orders.ts";
import type { Place } from "./place.ts";
import { type VisitPlan, wishOf } from "./visit-plan.ts";

/** The maximum time at the counter. */
const standsFor = 15 * minute;

/** A simulated guest with a phone, for one visit after another. */
export class Guest {
  readonly device: Device;
  readonly #place: Place;
  readonly #own: OwnOrders;
  readonly #door: Door;
  #away = false;

  constructor(place: Place, device: Device) {
    this.#place = place;
    this.device = device;
    this.#own = new OwnOrders(place.life, device, place.looksEvery);
    this.#door = new Door(place, device, this.#own);
    device.refresh = () => device.loadOrders(() => device.api.myOrders());
    device.onMessage = (message) => {
      if (message.kind !== "order" || message.order.state !== "ready") return;
      const took = place.counter.sinceCalled(message.order.id);
      if (took !== undefined && !this.#away) place.life.ledger.time('"ready" pressed → phone told', took);
    };
  }

  /** Signs in without a code to scan, as a returning guest. */
  signIn(): Promise<void> {
    return this.device.signIn(this.#place.inbox);
  }

  /** A whole visit. Errors are not thrown but recorded. */
  async visit(plan: VisitPlan): Promise<void> {
    const { ledger } = this.#place.life;
    ledger.visits++;
    this.#away = plan.loses !== undefined;
    let orderId: string | undefined;
    try {
      orderId = await this.#door.scan(plan);
      if (orderId !== undefined) await this.#order(plan, orderId);
    } catch (error) {
      ledger.trouble("visit", error);
    } finally {
      if (orderId !== undefined) this.#place.counter.leave(orderId);
      this.#own.putDown(orderId);
    }
  }

  /** From the menu to the counter. */
  async #order(plan: VisitPlan, orderId: string): Promise<void> {
    const { device } = this;
    const { life } = this.#place;
    const order = device.orders.get(orderId);
    if (order === undefined) return;
    if (order.state !== "choosing") return;
    const { page = await device.loadPage() } = device;
    if (plan.loses?.when === "choosing") this.#lose(plan.loses.lasts);
    if (plan.dawdles === undefined) {
      await this.#own.follow(orderId, (page.store.choosingMinutes + 2) * minute, () => undefined);
      return;
    }
    if (plan.cancels?.when === "choosing") {
      await life.sleep(plan.cancels.after);
      await this.#own.cancel(this.#own.now(orderId));
      return;
    }
    const early = plan.choosesEarly && wishOf(this.#place.seed, plan.n, page.menu);
    await life.sleep(plan.dawdles);
    if (!(await this.#submit(plan, orderId, early))) return;
    if (plan.wantsText && page.store.readyTexts) await this.#askForText(orderId);
    await this.#wait(plan, orderId, page.store.makingMinutes);
  }

  /** True if it was ordered. */
  async #submit(plan: VisitPlan, orderId: string, early?: SubmitRequest): Promise<boolean> {
    const { device } = this;
    const { life, seed } = this.#place;
    const { ledger } = life;
    for (let round = 0; round < 3; round++) {
      const { menu } = device.page ?? (await device.loadPage());
      const wish = (round === 0 && early) || wishOf(seed, plan.n, menu, round);
      if (wish === undefined) {
        ledger.add("left", "everything is sold out");
        await this.#own.cancel(this.#own.now(orderId));
        return false;
      }
      if (plan.loses?.when === "ordering" && round === 0) this.#lose(plan.loses.lasts, "next answer");
      const from = performance.now();
      try {
        const press = () => device.insist(() => device.api.submit(orderId, wish));
        if (plan.tapsTwice && plan.loses === undefined) {
          device.takeOrder(await this.#pressTwice(orderId, press));
        } else device.takeOrder((await press()).order);
        const numbered = await device.until(() => device.orders.get(orderId)?.number, life.moment);
        if (numbered === undefined && !isFinal(this.#own.now(orderId).state))
          ledger.error(`Order ${orderId} was submitted and had no number ${Math.round(life.moment / 1000)} s later.`);
        if (plan.loses === undefined) ledger.time("submit → number on the phone", performance.now() - from);
        return true;
      } catch (error) {
        ledger.trouble("submit", error);
        if (!["drink-unavailable", "choice-unavailable"].includes(codeOf(error) ?? "")) return false;
        await device.loadPage();
      }
    }
    return false;
  }

  async #askForText(orderId: string): Promise<void> {
    const { device } = this;
    const { life } = this.#place;
    const wanted: Wanted = { orderId, phone: device.phone };
    life.ledger.wanted.push(wanted);
    const call = { body: { language: "en" }, repeatable: true };
    try {
      await device.insist(() => device.api.inStore("PUT", `/orders/${orderId}/text`, call));
      wanted.since = new Date(life.time.now()).toISOString();
    } catch (error) {
      life.ledger.trouble("want a text", error);
    }
  }

  /** Both taps get the same response. */
  async #pressTwice(orderId: string, press: () => Promise<{ order: OrderView }>): Promise<OrderView> {
    const { ledger } = this.#place.life;
    const taps = await Promise.allSettled([press(), press()]);
    const [one, other] = taps.flatMap((tap) => (tap.status === "fulfilled" ? [tap.value.order] : []));
    const [failed] = taps.flatMap((tap) => (tap.status === "rejected" ? [tap.reason as unknown] : []));
    if (one === undefined) throw failed;
    if (other && one.drink?.id !== other.drink?.id) ledger.error(`Two taps ordered two drinks: ${orderId}.`);
    if (codeOf(failed) === "order-state")
      ledger.error(`Two taps ordered once, and one of them was refused: ${orderId}.`);
    return one;
  }

  async #wait(plan: VisitPlan, orderId: string, makingMinutes: number): Promise<void> {
    const { life, counter } = this.#place;
    if (plan.loses?.when === "waiting") this.#lose(plan.loses.lasts);
    if (plan.cancels?.when === "waiting") {
      await life.sleep(plan.cancels.after);
      await this.#own.cancel(this.#own.now(orderId));
    }
    const order = await this.#own.called(orderId, (makingMinutes + 2) * minute);
    if (order === undefined) {
      life.ledger.error(`Order ${orderId} was neither made nor given up in ${makingMinutes + 2} min.`);
      return;
    }
    if (order.state !== "ready" || plan.comes === undefined) return;
    await life.sleep(plan.comes);
    counter.come(orderId);
    await this.#own.follow(orderId, standsFor, () => undefined);
  }

  #lose(lasts: number, how?: "next answer"): void {
    this.#place.life.ledger.add("pranks", "lost the network");
    this.device.loseNetwork(lasts, how).catch(() => undefined);
  }
}
