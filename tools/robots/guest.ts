import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import { codeOf } from "../../web/lib/api.ts";
import { randomKey } from "../../web/lib/random.ts";
import type { Counter } from "./counter.ts";
import type { Device } from "./device.ts";
import { minute, second } from "./habits.ts";
import type { Inbox } from "./inbox.ts";
import type { Life } from "./life.ts";
import { type VisitPlan, wishOf } from "./visit-plan.ts";
import type { Wall } from "./wall.ts";

/** Waits between two looks for an order that was just begun, in ms, as the customer's app looks. */
const looks = [300, 500, 800, 1200, 1500, 2000, 2500, 3000];
/** Between two looks at the queue. */
const lookEvery = 20 * second;
/** Nobody stands at the counter for longer. */
const standsFor = 15 * minute;
/** So many codes are tried before somebody gives up. */
const codesTried = 5;

/** Where guests are, and what they all see. */
export interface Place {
  life: Life;
  seed: number;
  inbox: Inbox;
  wall: Wall;
  counter: Counter;
}

/** Somebody with a phone, through one visit after another. */
export class Guest {
  readonly device: Device;
  readonly #place: Place;
  #away = false;

  constructor(place: Place, device: Device) {
    this.#place = place;
    this.device = device;
    device.refresh = () => device.loadOrders(() => device.api.myOrders());
    device.onMessage = (message) => {
      if (message.kind !== "order" || message.order.state !== "ready") return;
      const took = place.counter.sinceCalled(message.order.id);
      if (took !== undefined && !this.#away) place.life.ledger.time('"ready" pressed → phone told', took);
    };
  }

  /** Signs in without a code to scan, as somebody does who has been here before. */
  signIn(): Promise<void> {
    return this.device.signIn(this.#place.inbox);
  }

  /** A whole visit. Nothing that goes wrong is thrown: it is put down. */
  async visit(plan: VisitPlan): Promise<void> {
    const { ledger } = this.#place.life;
    ledger.visits++;
    this.#away = plan.loses !== undefined;
    let orderId: string | undefined;
    try {
      orderId = await this.#scan(plan);
      if (orderId !== undefined) await this.#order(plan, orderId);
    } catch (error) {
      ledger.trouble("visit", error);
    } finally {
      if (orderId !== undefined) this.#place.counter.leave(orderId);
      this.#putDown(orderId);
    }
  }

  #putDown(orderId: string | undefined): void {
    const order = orderId && this.device.orders.get(orderId);
    const begun = orderId && this.#place.life.ledger.orders.get(orderId);
    if (order && begun) Object.assign(begun, { state: order.state, version: order.version });
  }

  /** From the door to an order; `undefined` when nothing comes of it. */
  async #scan(plan: VisitPlan): Promise<string | undefined> {
    const { life, wall } = this.#place;
    const { ledger } = life;
    if (plan.wrongCode !== undefined) await this.#tryWrong(plan.wrongCode);
    const leavesAt = life.time.now() + plan.patience;
    for (let tried = 0; tried < codesTried; tried++) {
      const seen = await wall.device.until(
        () => {
          const shown = wall.code();
          return "code" in shown ? shown : undefined;
        },
        Math.max(0, leavesAt - life.time.now()),
      );
      if (seen === undefined) {
        const shown = wall.code();
        ledger.add("left", "none" in shown ? `no code (${shown.none})` : "no patience");
        return undefined;
      }
      try {
        return await this.#take(seen.code, plan);
      } catch (error) {
        ledger.trouble("scan", error);
        const code = codeOf(error);
        if (code === undefined) break;
        // Whoever came too late looks at the display again; whom it does not let in yet waits a little.
        await life.sleep(code.startsWith("code-") ? 2 * second : 30 * second);
      }
    }
    ledger.add("left", "gave up");
    return undefined;
  }

  async #tryWrong(kind: "old" | "mistyped"): Promise<void> {
    const { life, wall } = this.#place;
    const shown = wall.code();
    const now = "code" in shown ? shown.code : "AAAAA";
    const wrong = kind === "old" ? wall.earlier : now.replace(/.$/, (sign) => (sign === "A" ? "C" : "A"));
    if (wrong === undefined || !this.device.signedIn) return;
    life.ledger.add("pranks", kind === "old" ? "scanned an old code" : "mistyped the code");
    try {
      const { orderId } = await this.#begin(wrong);
      // In the moment after its window an old code is still good.
      await this.#abandon(orderId);
    } catch (error) {
      life.ledger.trouble("scan of a wrong code", error);
    }
  }

  async #abandon(orderId: string): Promise<void> {
    const order = await this.#find(orderId);
    if (order !== undefined && !isFinal(order.state)) await this.#cancel(order);
    this.#putDown(orderId);
  }

  /** Uses a code. The first time the scan is kept while they sign in. */
  async #take(code: string, plan: VisitPlan): Promise<string> {
    const { device } = this;
    const { life } = this.#place;
    let hold: string | undefined;
    if (!device.signedIn) {
      hold = randomKey();
      await device.api.hold(code, hold).catch((error: unknown) => {
        if (codeOf(error)?.startsWith("code-")) throw error;
        life.ledger.trouble("hold", error);
        hold = undefined;
      });
      await this.signIn();
    }
    const from = performance.now();
    if (plan.tapsTwice) life.ledger.add("pranks", "tapped twice");
    const taps = await Promise.allSettled(
      (plan.tapsTwice ? [1, 2] : [1]).map(() => device.insist(() => this.#begin(code, hold))),
    );
    const [orderId, other] = taps.flatMap((tap) => (tap.status === "fulfilled" ? [tap.value.orderId] : []));
    const [failed] = taps.flatMap((tap) => (tap.status === "rejected" ? [tap.reason as unknown] : []));
    if (orderId === undefined) throw failed;
    if (failed !== undefined) life.ledger.trouble("scan", failed);
    const order = await this.#find(orderId);
    if (order !== undefined) life.ledger.time('scan → "choose" on the phone', performance.now() - from);
    // The scan of an order that was refused is given back, and then the other tap takes it.
    const both = other === undefined || other === orderId ? undefined : [order, await this.#find(other)];
    if (both?.every((one) => one?.state !== "refused"))
      life.ledger.error(`Two taps on one code began two orders: ${orderId} and ${other}.`);
    return orderId;
  }

  /** A scan, and another one where the first is told of an order that has ended: they want another. */
  async #begin(code: string, hold?: string): Promise<{ orderId: string }> {
    const { api, orders } = this.device;
    const { ledger } = this.#place.life;
    const { orderId, repeated } = await api.scan(code, undefined, hold);
    // As the app does: what cannot be looked up yet has only just begun.
    const look = () =>
      api.order(orderId).then(
        ({ order }) => order,
        () => undefined,
      );
    const known = repeated ? (orders.get(orderId) ?? (await look())) : undefined;
    const begun = known && isFinal(known.state) ? await api.scan(code, orderId) : { orderId };
    ledger.began(begun.orderId);
    this.#place.counter.announce(begun.orderId);
    return begun;
  }

  /** The order once it is there: told of, or looked up. */
  async #find(orderId: string): Promise<OrderView | undefined> {
    const { device } = this;
    const { life } = this.#place;
    const end = life.time.now() + life.moment;
    for (let n = 0; ; n++) {
      const pause = (looks[n] ?? 3_000) * Math.max(1, life.time.speed);
      const told = await device.until(() => device.orders.get(orderId), pause);
      if (told !== undefined) return told;
      if (life.time.now() > end) {
        life.ledger.error(`Order ${orderId} was scanned and had not begun ${Math.round(life.moment / 1000)} s later.`);
        return undefined;
      }
      await this.#look(orderId);
    }
  }

  async #look(orderId: string): Promise<void> {
    try {
      this.device.takeOrder((await this.device.api.order(orderId)).order);
    } catch (error) {
      if (!this.device.network.lost && codeOf(error) !== "not-found") this.#place.life.ledger.trouble("look", error);
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
      await this.#follow(orderId, (page.store.choosingMinutes + 2) * minute, () => undefined);
      return;
    }
    if (plan.cancels?.when === "choosing") {
      await life.sleep(plan.cancels.after);
      await this.#cancel(this.#now(orderId));
      return;
    }
    await life.sleep(plan.dawdles);
    if (!(await this.#submit(plan, orderId))) return;
    await this.#wait(plan, orderId, page.store.makingMinutes);
  }

  #now(orderId: string): OrderView {
    const order = this.device.orders.get(orderId);
    if (order === undefined) throw new Error(`Order ${orderId} is gone from its customer's list.`);
    return order;
  }

  /** True when it is ordered. */
  async #submit(plan: VisitPlan, orderId: string): Promise<boolean> {
    const { device } = this;
    const { life, seed } = this.#place;
    const { ledger } = life;
    for (let round = 0; round < 3; round++) {
      const { menu } = device.page ?? (await device.loadPage());
      const wish = wishOf(seed, plan.n, menu, round);
      if (wish === undefined) {
        ledger.add("left", "everything is sold out");
        await this.#cancel(this.#now(orderId));
        return false;
      }
      if (plan.loses?.when === "ordering" && round === 0) this.#lose(plan.loses.lasts, "next answer");
      const from = performance.now();
      try {
        const press = () => device.insist(() => device.api.submit(orderId, wish));
        if (plan.tapsTwice && plan.loses === undefined) {
          const [one, other] = await Promise.all([press(), press()]);
          if (one.order.drink?.id !== other.order.drink?.id) ledger.error(`Two taps ordered two drinks: ${orderId}.`);
          device.takeOrder(one.order);
        } else device.takeOrder((await press()).order);
        const numbered = await device.until(() => device.orders.get(orderId)?.number, life.moment);
        if (numbered === undefined && !isFinal(this.#now(orderId).state))
          ledger.error(`Order ${orderId} was submitted and had no number ${Math.round(life.moment / 1000)} s later.`);
        if (plan.loses === undefined) ledger.time("submit → number on the phone", performance.now() - from);
        return true;
      } catch (error) {
        ledger.trouble("submit", error);
        if (codeOf(error) !== "drink-unavailable") return false;
        await device.loadPage();
      }
    }
    return false;
  }

  async #wait(plan: VisitPlan, orderId: string, makingMinutes: number): Promise<void> {
    const { life, counter } = this.#place;
    if (plan.loses?.when === "waiting") this.#lose(plan.loses.lasts);
    if (plan.cancels?.when === "waiting") {
      await life.sleep(plan.cancels.after);
      await this.#cancel(this.#now(orderId));
    }
    const called = (order: OrderView) => (order.state === "ready" || isFinal(order.state) ? order : undefined);
    const order = await this.#follow(orderId, (makingMinutes + 2) * minute, called);
    if (order === undefined) {
      life.ledger.error(`Order ${orderId} was neither made nor given up in ${makingMinutes + 2} min.`);
      return;
    }
    if (order.state !== "ready" || plan.comes === undefined) return;
    await life.sleep(plan.comes);
    counter.come(orderId);
    await this.#follow(orderId, standsFor, () => undefined);
  }

  /** Waits for what `look` finds in the order, or for its end, and asks for its place in the queue now and then. */
  async #follow<T>(orderId: string, within: number, look: (order: OrderView) => T | undefined): Promise<T | undefined> {
    const { device } = this;
    const { life } = this.#place;
    const end = life.time.now() + within;
    const over = () => {
      const order = device.orders.get(orderId);
      return order && (look(order) !== undefined || isFinal(order.state)) ? order : undefined;
    };
    for (;;) {
      const left = end - life.time.now();
      const order = await device.until(over, Math.min(lookEvery, left));
      if (order !== undefined || left <= lookEvery) return order && look(order);
      await this.#lookAfter(orderId);
    }
  }

  /** What somebody finds who asks is to be pushed as well: a screen that nobody touches learns of it in no other way. */
  async #lookAfter(orderId: string): Promise<void> {
    const { device } = this;
    const { life } = this.#place;
    const before = this.#now(orderId);
    if (!device.hearsAll) return this.#look(orderId);
    try {
      const { order } = await device.api.order(orderId);
      const told = () => ((device.orders.get(orderId)?.version ?? 0) >= order.version ? true : undefined);
      if (!(await device.until(told, life.moment)) && device.hearsAll)
        life.ledger.error(
          `Order ${orderId} was ${order.state}, and its phone was told of nothing since it was ${before.state}.`,
        );
      device.takeOrder(order);
    } catch (error) {
      life.ledger.trouble("look", error);
    }
  }

  async #cancel(order: OrderView): Promise<void> {
    const { device } = this;
    try {
      const { version } = this.#now(order.id);
      device.takeOrder((await device.insist(() => device.api.cancel(order.id, { version }))).order);
    } catch (error) {
      this.#place.life.ledger.trouble("cancel", error);
      if (codeOf(error) === "order-version") await this.#look(order.id);
    }
  }

  #lose(lasts: number, how?: "next answer"): void {
    this.#place.life.ledger.add("pranks", "lost the network");
    this.device.loseNetwork(lasts, how).catch(() => undefined);
  }
}
