import { untrack } from "svelte";
import type { OrderView } from "../../contracts/order.ts";
import { agesOf, usualNotFetchedMinutes } from "../../contracts/order-states.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept } from "../lib/browser.ts";
import { Commands } from "../lib/staff/commands.svelte.ts";
import { mayMake } from "../lib/staff/roles.ts";
import { Switches } from "../lib/staff/switches.svelte.ts";
import { Toasts } from "../lib/staff/toasts.svelte.ts";
import { barista as words } from "../lib/strings/barista.ts";
import { t } from "../lib/text.ts";
import { groupBoard } from "./board.ts";
import { Collecting } from "./collecting.svelte.ts";
import { Ended, endOf } from "./ended.svelte.ts";
import { Focus } from "./focus.svelte.ts";
import { Labels } from "./labels.svelte.ts";
import { Names } from "./names.svelte.ts";
import type { Columns } from "./places.ts";
import { Sound } from "./sound.svelte.ts";
import { apart, kindOf, together } from "./together.ts";
import { concerns, hasEnded, notice } from "./watch.ts";

/** Which dialog is open, and about which order. */
export type Shown =
  | { dialog: "close" | "pause" | "sold-out" | "more" | "stories" | "recall" | "counter" | "labels" }
  | { dialog: "ticket" | "cancel" | "give-up"; order: OrderView };

const keptTogether = "crema.bar.together";

/** What the barista's screen is made of. */
export class Bar {
  readonly app: App;
  readonly toasts = new Toasts();
  readonly commands: Commands;
  readonly collecting: Collecting;
  readonly ended: Ended;
  readonly sound = new Sound();
  readonly names: Names;
  readonly labels: Labels;
  readonly switches: Switches;
  /** Where the keyboard is. */
  readonly focus = new Focus(() => this.columns);
  readonly board = $derived.by(() => this.#board());
  /** What waits and what is made here, in the order of the tickets. */
  readonly tickets = $derived.by(() => {
    const { menu } = this.app.snapshot;
    const stand = this.together ? (orders: OrderView[]) => together(orders, menu) : apart;
    return { queue: stand(this.board.queue), mine: stand(this.board.mine) };
  });
  /** The tickets that this person can act on. */
  readonly columns: Columns = $derived.by(() => this.#columns());
  shown = $state.raw<Shown>();
  /** Whether the same drinks stand next to each other; kept on this tablet. */
  together = $state(kept(keptTogether) === true);
  /** The last thing to tell a screen reader. */
  announcement = $state("");
  #before: ReadonlyMap<string, OrderView> | undefined;

  constructor(app: App) {
    this.app = app;
    this.names = new Names(app.api);
    this.labels = new Labels(app, this.names);
    this.commands = new Commands(app, this.toasts, (order, command) => {
      if (command === "claim" && this.labels.onMake) this.labels.print([order]);
    });
    this.collecting = new Collecting(app, this.commands);
    this.ended = new Ended(app.store);
    this.switches = new Switches(app, (problem) => this.toasts.say(problem), words.slowSwitch);
  }

  get me(): string | undefined {
    return this.app.session.me?.customerId;
  }
  /** The store's thresholds, in minutes. */
  get ages(): ReturnType<typeof agesOf> {
    return agesOf(this.app.snapshot.page?.store ?? {});
  }
  get mayMake(): boolean {
    return mayMake(this.app);
  }
  get isAdmin(): boolean {
    return this.app.session.has(this.app.store, "admin");
  }

  show(shown: Shown): void {
    if (this.shown === undefined) this.focus.opens();
    this.shown = shown;
  }
  hide(): void {
    this.shown = undefined;
  }

  switchPause(): void {
    if (this.switches.pauseLeft > 0) void this.switches.setPause(null);
    else this.show({ dialog: "pause" });
  }
  switchStore(): void {
    if (this.switches.isOpen) this.show({ dialog: "close" });
    else void this.switches.setOpen(true);
  }

  keepTogether(on: boolean): void {
    this.together = on;
    keep(keptTogether, on);
  }

  /** What waits and is made the same way, itself among it. */
  alikeTo(order: OrderView): OrderView[] {
    const { menu } = this.app.snapshot;
    const kind = kindOf(order, menu);
    return this.board.queue.filter((one) => kindOf(one, menu) === kind);
  }

  #board() {
    const { clock, snapshot } = this.app;
    const late = clock.now - (snapshot.page?.store.notFetchedMinutes ?? usualNotFetchedMinutes) * 60_000;
    return groupBoard(this.commands.orders, this.me, this.collecting.hidden, late);
  }

  #columns(): Columns {
    if (!this.mayMake) return { queue: [], making: [], ready: [] };
    const ids = (orders: { id: string }[]): string[] => orders.map(({ id }) => id);
    const { queue, mine } = this.tickets;
    return {
      queue: ids(queue.map(({ order }) => order)),
      making: ids(mine.map(({ order }) => order)),
      ready: ids([...this.board.ready, ...this.board.unfetched]),
    };
  }

  /** Looks at what changed in the list of orders. To be called in an effect; `known` once the first list is in. */
  watch(known: boolean): void {
    const { orders } = this.app.snapshot;
    untrack(() => {
      if (!known) {
        this.#before = undefined;
        return;
      }
      this.names.watch(orders.values());
      const { arrived, ended, gone } = notice(this.#before, orders);
      this.#before = orders;
      for (const order of ended) this.#strike(order);
      // What a colleague took back has not ended.
      for (const { id } of this.ended.orders) {
        const now = orders.get(id);
        if (now !== undefined && !hasEnded(now)) this.ended.forget(id);
      }
      for (const order of gone) void this.#lookUp(order);
      if (arrived.length > 0) {
        this.sound.chime();
        const [only] = arrived;
        this.#announce(
          arrived.length === 1
            ? t(words.announceNew, { drink: only?.drink?.name ?? "" })
            : t(words.announceNewMany, { n: arrived.length }),
        );
      }
    });
  }

  #strike(order: OrderView): void {
    if (this.commands.cancelledHere.has(order.id) || !concerns(order, this.me)) return;
    if (this.ended.add(order) && order.number !== undefined)
      this.#announce(t(words.announceEnded, { number: order.number, reason: endOf(order) }));
  }

  /** A text that does not change is not spoken again: a space that nobody sees makes it another. */
  #announce(text: string): void {
    this.announcement = text === this.announcement ? `${text}\u00a0` : text;
  }

  /** It ended while we were not told. */
  async #lookUp(order: OrderView): Promise<void> {
    try {
      const { order: now } = await this.app.api.order(order.id);
      if (hasEnded(now)) this.#strike(now);
    } catch {
      // Not to be had any more: then there is nothing to say about it either.
    }
  }
}
