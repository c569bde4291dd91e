import type { OrderView } from "../../contracts/order.ts";
import { usualNotFetchedMinutes } from "../../contracts/order-states.ts";
import { groupBoard } from "../../web/barista/board.ts";
import { ApiError, codeOf } from "../../web/lib/api.ts";
import { setOpen } from "../../web/lib/staff/store-calls.ts";
import { type InHand, isSlip, type Move, nextMove, planMaking, type TakenBack } from "./bar-plan.ts";
import { between, chanceFor } from "./chance.ts";
import type { Counter } from "./counter.ts";
import type { Device } from "./device.ts";
import { habits, minute, second } from "./habits.ts";
import type { Life } from "./life.ts";

export interface Bar {
  life: Life;
  seed: number;
  counter: Counter;
  /** How much of their usual time baristas take. */
  haste: number;
  /** How many they are. */
  baristas: number;
}

const lookEvery = 5 * second;

/** Somebody who makes drinks until the robots stop. */
export class Barista {
  readonly device: Device;
  readonly #bar: Bar;
  readonly #index: number;
  #drinks = 0;
  readonly #touches = { ready: 0, collect: 0, cancel: 0 };
  #inHand: InHand | undefined;

  constructor(bar: Bar, device: Device, index: number) {
    this.#bar = bar;
    this.#index = index;
    this.device = device;
    device.refresh = async () => {
      await Promise.all([device.loadPage(), device.loadOrders(() => device.api.orders())]);
    };
  }

  /** Opens the store where it is closed. */
  async open(): Promise<void> {
    const { store } = await this.device.loadPage();
    if (!store.open) await setOpen(this.device.api, true);
  }

  /** Makes drinks until the robots stop. Never rejects: what goes wrong with a command is put down in the ledger and work goes on; any other error ends it, and is put down as well. */
  async work(): Promise<void> {
    const { life, seed, counter, haste, baristas } = this.#bar;
    const index = this.#index;
    try {
      while (!life.stopped) {
        // Of the moment, so that what they decide does not depend on how often they looked before.
        const chance = chanceFor(seed, "barista", this.#index, life.time.now());
        const { queue, ready } = groupBoard(this.device.orders.values(), this.device.me?.customerId);
        const { atCounter, announced } = counter;
        const now = life.time.now();
        const inHand = this.#inHand;
        const waitsFor = (this.device.page?.store.notFetchedMinutes ?? usualNotFetchedMinutes) * minute;
        const seen = { now, queue, ready, atCounter, announced, inHand, waitsFor, baristas, index };
        const move = nextMove(seen, chance);
        if (move.kind === "look") await this.#rest(now);
        else {
          await this.#make(move);
          await life.sleep(haste * between(chance(), second, 4 * second));
        }
      }
    } catch (error) {
      life.ledger.trouble("barista", error);
    }
  }

  /** Until something is heard, or the drink in hand is done; and now and then a look at who stands at the counter. */
  async #rest(now: number): Promise<void> {
    const left = this.#inHand === undefined ? lookEvery : this.#inHand.doneAt - now;
    await this.device.change(Math.max(1, Math.min(left, lookEvery)));
    await this.#bar.life.sleep(this.#bar.haste * second);
  }

  async #make(move: Exclude<Move, { kind: "look" }>): Promise<void> {
    const { life, seed, counter } = this.#bar;
    const orderId = typeof move.order === "string" ? move.order : move.order.id;
    const order = this.device.orders.get(orderId);
    if (move.kind === "claim") this.#inHand = undefined;
    const twice = move.kind === "ready" && this.#inHand?.tapsTwice === true;
    if (move.kind !== "claim" && move.kind !== "collect") this.#inHand = undefined;
    if (move.kind === "ready") counter.call(orderId);
    try {
      const press = () => this.#press(move, orderId, order);
      const [after, again] = await Promise.all(twice ? [press(), press()] : [press()]);
      if (again && again.version !== after?.version)
        life.ledger.error(`Two taps on "ready" were answered with two versions: ${orderId}.`);
      if (after) this.device.takeOrder(after);
      if (move.kind === "claim") this.#takeOn(orderId);
      if (after && isTakenBack(move.kind) && isSlip(seed, this.#index, move.kind, this.#touches[move.kind]++))
        await this.#takeBack(move.kind, after);
    } catch (error) {
      life.ledger.trouble(move.kind, error);
      // The refusal brings the order as it is.
      if (error instanceof ApiError && error.problem.order) this.device.takeOrder(error.problem.order);
      else if (codeOf(error) === "order-version") await this.device.refresh();
    }
  }

  /** It was a wrong touch. A drink is finished after all, and its guest has it after all; what was cancelled is made by whoever comes to it. */
  async #takeBack(command: TakenBack, { id, version }: OrderView): Promise<void> {
    const { api } = this.device;
    const { life, haste } = this.#bar;
    life.ledger.add("pranks", `took back: ${command}`);
    await life.sleep(haste * 3 * second);
    const back = (await api.command(id, "recall", version)).order;
    this.device.takeOrder(back);
    // What was in hand was this drink.
    if (command === "ready")
      this.#inHand = { orderId: id, takes: 0, end: "ready", tapsTwice: false, doneAt: life.time.now() };
    if (command !== "collect") return;
    await life.sleep(haste * 3 * second);
    this.device.takeOrder((await api.command(id, "collect", back.version)).order);
  }

  async #press(
    move: Exclude<Move, { kind: "look" }>,
    orderId: string,
    order: OrderView | undefined,
  ): Promise<OrderView> {
    const { api } = this.device;
    const reply =
      move.kind === "cancel"
        ? await api.cancel(orderId, move.request)
        : await api.command(orderId, move.kind, order?.version);
    return reply.order;
  }

  #takeOn(orderId: string): void {
    const { life, seed, haste } = this.#bar;
    const plan = planMaking(seed, this.#index, this.#drinks++, haste);
    this.#inHand = { ...plan, orderId, doneAt: life.time.now() + plan.takes };
  }
}

function isTakenBack(command: string): command is TakenBack {
  return command in habits.takesBack;
}
