import { untrack } from "svelte";
import type { OrdersReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { agesOf, usualNotFetchedMinutes } from "../../contracts/order-states.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept } from "../lib/browser.ts";
import { describe } from "../lib/errors.ts";
import { formatNumber } from "../lib/format.ts";
import { shownOrder } from "../lib/own-words.ts";
import { Commands } from "../lib/staff/commands.svelte.ts";
import type { BarCommand } from "../lib/staff/optimistic.ts";
import { mayMake } from "../lib/staff/roles.ts";
import { Switches } from "../lib/staff/switches.svelte.ts";
import { Toasts } from "../lib/staff/toasts.svelte.ts";
import { barista as words } from "../lib/strings/barista.ts";
import { t } from "../lib/text.ts";
import { newer } from "../lib/versions.ts";
import { groupBoard } from "./board.ts";
import { Collecting } from "./collecting.svelte.ts";
import { canUndo, isStill, opposite, Stack } from "./done.ts";
import { Ended, endOf } from "./ended.svelte.ts";
import { Focus } from "./focus.svelte.ts";
import { Keyboard } from "./keyboard.svelte.ts";
import { Labels } from "./labels.svelte.ts";
import { becameLate, lateOnes } from "./late.ts";
import { Names } from "./names.svelte.ts";
import type { ColumnName, Columns } from "./places.ts";
import { backTo, lately } from "./recall.ts";
import type { Shown } from "./shown.ts";
import { Sound } from "./sound.svelte.ts";
import { apart, kindOf, together } from "./together.ts";
import { concerns, hasEnded, notice } from "./watch.ts";

const keptTogether = "crema.bar.together";

/** The state of the barista's screen. */
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
  readonly keyboard = new Keyboard();
  readonly #done = new Stack();
  /** The keyboard focus. */
  readonly focus = new Focus(() => this.columns);
  readonly board = $derived.by(() => this.#board());
  /** The queued orders and those being made here, in the order of the tickets. */
  readonly tickets = $derived.by(() => {
    const { menu } = this.app.snapshot;
    const stand = this.together ? (orders: OrderView[]) => together(orders, menu) : apart;
    return { queue: stand(this.board.queue), mine: stand(this.board.mine) };
  });
  /** The tickets with actions for this user. */
  readonly columns: Columns = $derived.by(() => this.#columns());
  shown = $state.raw<Shown>();
  /** Whether tickets of the same drink are grouped; stored on this tablet. */
  together = $state(kept(keptTogether) === true);
  /** The latest announcement for screen readers. */
  announcement = $state("");
  #before: ReadonlyMap<string, OrderView> | undefined;
  #late: ReadonlySet<string> | undefined;

  constructor(app: App) {
    this.app = app;
    this.names = new Names(app.api);
    this.labels = new Labels(app, this.names);
    this.commands = new Commands(app, this.toasts, (order, command) => {
      if (command === "claim" && this.labels.onMake) this.labels.print([order]);
    });
    this.collecting = new Collecting(app, this.commands, (orderId) => this.#done.drop(orderId));
    this.ended = new Ended(app.store);
    this.switches = new Switches(
      app,
      (problem) => this.toasts.say(problem),
      () => words.slowSwitch,
    );
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

  /** Shows a message. */
  say(text: string): void {
    this.toasts.say(text);
  }

  /** Gives a command, which *undo* can then reverse. True if the API accepted it. */
  async give(order: OrderView, command: Exclude<BarCommand, "collect">, note?: string): Promise<boolean> {
    if (this.commands.busy(order.id)) return false;
    const agreed = this.commands.give(order, command, note);
    if (canUndo(command)) this.#done.add({ order, command, agreed });
    else this.#done.drop(order.id);
    if (!(await agreed)) this.#done.drop(order.id);
    return agreed;
  }
  /** Hands an order over: it disappears at once, and the command is sent once the time for undo is over. */
  collect(order: OrderView): void {
    this.#done.add({ order, command: "collect" });
    this.collecting.collect(order);
  }

  /** Undoes the last action on this tablet, if possible. */
  async undo(): Promise<void> {
    const last = this.#done.take();
    if (last === undefined) {
      this.say(words.nothingToUndo);
      return;
    }
    const { order, command, agreed } = last;
    // After a refusal it was rolled back already.
    if (agreed !== undefined && !(await agreed)) return;
    if (command === "collect" && (await this.collecting.undo(order.id))) return;
    const now = await this.#newest(order.id);
    if (now === undefined) return;
    const back = opposite(command);
    // The command in reverse would do something else to an order that a colleague has changed since: "ready" would become "making".
    if (!isStill(command, now, this.me)) this.#sayState(now);
    else if (back === "recall") await this.takeBack(now);
    else await this.commands.give(now, back);
  }

  /** Recalls an order from the state in which it was shown, and shows where it is now. */
  async takeBack(order: OrderView): Promise<void> {
    const now = newer(this.app.snapshot.orders.get(order.id), order);
    const to = backTo(now, this.app.clock.now);
    this.#done.drop(order.id);
    if (now.state !== order.state) return this.#sayState(now);
    if (!(await this.commands.give(now, "recall"))) return;
    this.ended.forget(order.id);
    if (to !== undefined)
      this.say(t(words.isBack, { number: formatNumber(order.number ?? 0), where: words.backTo[to] }));
  }

  /** The order as it is; one that has left the list is requested. Undefined if that fails, which the barista is told. */
  async #newest(orderId: string): Promise<OrderView | undefined> {
    const { api, clock, snapshot } = this.app;
    try {
      return snapshot.orders.get(orderId) ?? (await api.order(orderId)).order;
    } catch (error) {
      this.say(describe(error, clock.now));
      return undefined;
    }
  }

  /** Says why an order stays as it is. */
  #sayState({ number, state, barista }: OrderView): void {
    const isHeld = state === "making" && barista !== undefined && barista.id !== this.me;
    const where = isHeld ? t(words.held, { name: barista.name || words.someone }) : words.isNow[state];
    this.say(number === undefined ? where : t(words.isBack, { number: formatNumber(number), where }));
  }

  /** Ready and ended orders, on request. */
  async past(): Promise<OrderView[]> {
    const path = "/orders?state=ready,collected,uncollected,cancelled";
    return this.names.from(await this.app.api.inStore<OrdersReply>("GET", path), "past").orders;
  }
  /** The newest versions of the requested orders and of those that were pushed since, latest first. */
  lately(past: readonly OrderView[]): OrderView[] {
    const all = new Map(past.map((order) => [order.id, order]));
    for (const order of this.commands.orders) all.set(order.id, newer(all.get(order.id), order));
    for (const id of this.collecting.hidden) all.delete(id);
    return lately(all.values());
  }

  /** Whether the tickets of a column show their keys: digits act in the focused column. */
  showsPlaces(column: ColumnName): boolean {
    const { on, shown } = this.keyboard;
    return on && (shown || this.focus.keys) && this.focus.current?.column === column;
  }

  /** Opens a dialog, in place of the one that is open. */
  show(shown: Shown): void {
    if (this.shown === undefined) this.focus.opens();
    this.shown = shown;
  }
  /** Closes the dialog that is open. */
  hide(): void {
    this.shown = undefined;
  }

  /** Ends a pause at once; otherwise asks for its duration and reason. */
  switchPause(): void {
    if (this.switches.pauseLeft > 0) void this.switches.setPause(null);
    else this.show({ dialog: "pause" });
  }
  /** Opens the store at once; asks before it closes it. */
  switchStore(): void {
    if (this.switches.isOpen) this.show({ dialog: "close" });
    else void this.switches.setOpen(true);
  }

  /** Sets whether tickets of the same drink are grouped on this tablet. */
  keepTogether(on: boolean): void {
    this.together = on;
    keep(keptTogether, on);
  }

  /** The queued orders and those being made that are made the same way, including this one. */
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

  /** Handles changes of the list of orders. Call it in an effect; `known` once the first list is loaded. */
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
      // An order that a colleague has recalled has not ended.
      for (const { id } of this.ended.orders) {
        const now = orders.get(id);
        if (now !== undefined && !hasEnded(now)) this.ended.forget(id);
      }
      for (const order of gone) void this.#lookUp(order);
      if (arrived.length > 0) {
        this.sound.tell("fresh");
        const [only] = arrived.map((order) => shownOrder(order, this.app.snapshot.page));
        this.#announce(
          arrived.length === 1
            ? t(words.announceNew, { drink: only?.drink ?? "" })
            : t(words.announceNewMany, { n: arrived.length }),
        );
      }
    });
  }

  /** Plays a sound when an order becomes late. Call it in an effect; `known` as above. */
  watchLate(known: boolean): void {
    const late = lateOnes(this.app.snapshot.orders.values(), this.app.clock.now, this.ages.late);
    untrack(() => {
      if (known && becameLate(this.#late, late)) this.sound.tell("late");
      this.#late = known ? late : undefined;
    });
  }

  #strike(order: OrderView): void {
    if (this.commands.cancelledHere.has(order.id) || !concerns(order, this.me)) return;
    if (this.ended.add(order) && order.number !== undefined)
      this.#announce(t(words.announceEnded, { number: order.number, reason: endOf(order) }));
  }

  /** An unchanged text is not announced again: an invisible space makes it different. */
  #announce(text: string): void {
    this.announcement = text === this.announcement ? `${text}\u00a0` : text;
  }

  /** The order ended without a push. */
  async #lookUp(order: OrderView): Promise<void> {
    try {
      const { order: now } = await this.app.api.order(order.id);
      if (hasEnded(now)) this.#strike(now);
    } catch {
      // It is not available any more: then there is nothing to say about it either.
    }
  }
}
