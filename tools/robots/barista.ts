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
  /** Factor for the usual time of baristas. */
  haste: number;
  /** The number of baristas. */
  baristas: number;
}

const lookEvery = 5 * second;

/** A simulated barista, who makes drinks until the robots stop. */
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

  /** Opens the store if it is closed. */
  async open(): Promise<void> {
    const { store } = await this.device.loadPage();
    if (!store.open) await setOpen(this.device.api, true);
  }

  /**
   * Makes drinks until the robots stop. Never rejects: a failed command is recorded in the ledger and work continues; any other error is recorded and
   * ends the work.
   */
  async work(): Promise<void> {
    const { life, seed, counter, haste, baristas } = this.#bar;
    const index = this.#index;
    try {
      while (!life.stopped) {
        // A random source for this moment, so that decisions do not depend on the number of earlier looks.
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

  /** Waits for a message or for the end of the current drink, and looks at the counter now and then. */
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
      // The refusal contains the order's current state.
      if (error instanceof ApiError && error.problem.order) this.device.takeOrder(error.problem.order);
      else if (codeOf(error) === "order-version") await this.device.refresh();
    }
  }

  /** Undoes a mistaken command: the drink is finished or handed over after all; a cancelled one is made by any barista. */
  async #takeBack(command: TakenBack, { id, version }: OrderView): Promise<void> {
    const { api } = this.device;
    const { life, haste } = this.#bar;
    life.ledger.add("pranks", `took back: ${command}`);
    await life.sleep(haste * 3 * second);
    const back = (await api.command(id, "recall", version)).order;
    this.device.takeOrder(back);
    // This drink was the current one.
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
