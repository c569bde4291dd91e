import { onDestroy } from "svelte";
import type { WaitRange } from "../../contracts/order.ts";
import { isFinal, type OrderState } from "../../contracts/order-states.ts";
import { codeOf, NetworkError } from "../lib/api.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept, visible } from "../lib/browser.ts";
import type { Live } from "../lib/live.svelte.ts";
import { randomKey } from "../lib/random.ts";
import { repeat } from "../lib/repeat.ts";
import { type ToldLimits, told } from "./limits.ts";
import { openOrder } from "./screen.ts";

/** Waits between looks for an order that was just begun: about 25 s in all. A push usually is faster. */
const looks = [300, 500, 800, 1200, 1500, 2000, 2500, 3000, 3000, 3000, 3500, 4000];

/** Milliseconds between two looks at the queue. */
const lookEvery = 20_000;

/** Where the secret lies that a scan is kept under: all tabs that the same code opens on a phone have one place. */
const holdKey = "crema.hold";
function holdOf(code: string): string | undefined {
  const known = kept(holdKey) as { code?: unknown; secret?: unknown } | undefined;
  return known?.code === code && typeof known.secret === "string" ? known.secret : undefined;
}

/** Where a code lies that was typed and not used yet. */
const typedKey = "crema.typed";

/** What the page's address asked for is done: a reload does not ask for it again. */
function leaveAddress(parameter: string): void {
  const url = new URL(location.href);
  url.searchParams.delete(parameter);
  history.replaceState(history.state, "", url);
}

/** One customer's visit: from the code in the page's address to the order that came of it. */
export class Visit {
  /** The scanned code; kept in memory after its use, so that another order can be begun with it. */
  code = $state<string>();
  /** Whether the code is still to be used. */
  fresh = $state(false);
  /** Whether it was typed from the screen. */
  typed = $state(false);
  /** Whether it is being typed. */
  typing = $state(false);
  scanning = $state(false);
  /** Until when (ms, server's time) a scan of the code is kept for whoever signs in here. */
  heldUntil = $state<number>();
  scanError = $state.raw<unknown>();
  /** Begun by a scan, not seen yet. */
  pending = $state<string>();
  /** Whether we have stopped looking for it. */
  slow = $state(false);
  /** The order on screen. */
  orderId = $state<string>();
  /** How many orders come before it, as far as we know. */
  ahead = $state<number>();
  /** How long until it is ready, as asked when it was in this state. */
  #wait = $state.raw<{ id: string; state: OrderState; range: WaitRange | undefined }>();
  /** What was told of how much more may be ordered. */
  told = $state.raw<ToldLimits>();
  /** Whether store, menu and orders have been fetched. */
  loaded = $state(false);
  readonly live: Live;
  readonly #app: App;
  /** The order that a notification was about, which opened the page. */
  #opened: string | undefined;
  /** The code that we have asked for already, before signing in. */
  #asked: string | undefined;

  constructor(app: App) {
    this.#app = app;
    const { searchParams } = new URL(location.href);
    this.#opened = searchParams.get("order") ?? undefined;
    const scanned = searchParams.get("code")?.trim();
    const typed = scanned ? undefined : kept(typedKey, "tab");
    const code = scanned || typed;
    if (typeof code === "string") {
      this.code = code;
      this.fresh = true;
      this.typed = code === typed;
    }
    // Another person's orders are none of this one's business.
    app.session.onChange(() => {
      this.loaded = false;
      this.told = undefined;
      this.orderId = undefined;
      this.pending = undefined;
    });
    this.live = app.follow(() => this.#refresh(), {
      onMessage: (message) => {
        if (message.kind === "order") this.#seen();
        // What the bar takes back is shown to whoever had put its end out of sight.
        if (message.kind === "order" && !this.fresh && !this.scanning) this.#resume();
        // Its place is known once it is queued; how long it takes to make is asked for with the next look.
        if (message.kind === "order" && message.order.id === this.orderId && message.order.state !== "making")
          void this.#askAhead();
      },
      // With an order under way the phone in the pocket is to shake; without one nothing is missed.
      keptUnseen: () => (this.order !== undefined && !isFinal(this.order.state) ? 5 * 60_000 : 30_000),
    });
    onDestroy(
      repeat(
        () => this.#look(),
        lookEvery,
        () => lookEvery,
      ),
    );
  }

  get order() {
    return this.orderId === undefined ? undefined : this.#app.snapshot.orders.get(this.orderId);
  }

  /** How long until the order on screen is ready; what was told of an earlier state is over. */
  get wait(): WaitRange | undefined {
    const { order } = this;
    return order !== undefined && this.#wait?.id === order.id && this.#wait.state === order.state
      ? this.#wait.range
      : undefined;
  }

  /** Whether another order can be begun with the code that we have. */
  get canScanAgain(): boolean {
    return this.code !== undefined;
  }

  /**
   * Before signing in: has a scan of the code kept, so that bad news comes first and what was scanned in time holds. Where it cannot be
   * kept for any other reason, the scan itself will tell.
   */
  async hold(): Promise<void> {
    const code = this.code;
    if (code === undefined || this.scanning || this.#asked === code) return;
    this.scanning = true;
    this.scanError = undefined;
    try {
      const secret = holdOf(code) ?? randomKey();
      keep(holdKey, { code, secret });
      const { expiresAt } = await this.#app.api.hold(code, secret);
      if (this.code === code) this.heldUntil = Date.parse(expiresAt);
    } catch (error) {
      // Another was typed meanwhile: what is said of this one matters to nobody.
      if (this.code !== code) return;
      if (codeOf(error)?.startsWith("code-")) this.#refused(error);
      // The page does not know yet, and says it then; while it is on its way for the first time, it will.
      else if (codeOf(error)?.startsWith("store-") && this.loaded) await this.live.refresh();
    } finally {
      this.#asked = code;
      this.scanning = false;
    }
  }

  /** Uses the code. `after`: the ended order of an earlier scan of it, when another one is wanted. */
  async scan(after?: string): Promise<void> {
    const code = this.code;
    if (code === undefined || this.scanning) return;
    this.scanning = true;
    this.scanError = undefined;
    const { session } = this.#app;
    const { token } = session;
    try {
      const orderId = await this.#begin(code, after);
      // Whoever has signed in meanwhile has not scanned yet.
      if (session.token !== token) return;
      this.#used();
      this.orderId = undefined;
      this.#await(orderId);
    } catch (error) {
      if (session.token !== token) return;
      // Without an answer the code may still be good: it stays, and so does the address.
      if (codeOf(error)?.startsWith("code-")) this.#refused(error);
      // Signed out: the code waits for the next sign-in.
      else if (codeOf(error) !== "not-signed-in") {
        this.fresh = false;
        this.scanError = error;
      }
    } finally {
      this.scanning = false;
    }
  }

  /** Whoever scans a code that they have had an order with, which has ended, wants another. Returns the order's id. */
  async #begin(code: string, after: string | undefined): Promise<string> {
    const { api, snapshot } = this.#app;
    const { orderId, repeated } = await api.scan(code, after, holdOf(code));
    if (!repeated || after !== undefined) return orderId;
    const order = snapshot.orders.get(orderId) ?? (await api.order(orderId).catch(() => undefined))?.order;
    return order !== undefined && isFinal(order.state) ? (await api.scan(code, orderId)).orderId : orderId;
  }

  /** Takes what was typed from the screen as if it had been scanned; a reload finds it again. */
  type(code: string): void {
    this.#asked = undefined;
    this.code = code;
    this.fresh = true;
    this.typed = true;
    this.typing = false;
    keep(typedKey, code, "tab");
  }

  /** After a code that was not right: another try. */
  typeAgain(): void {
    this.scanError = undefined;
    this.typing = true;
  }

  /** Goes on looking for the order that the scan has begun. */
  lookAgain(): void {
    if (this.pending !== undefined) this.#await(this.pending);
  }

  /** Puts an order on screen, in place of whatever is there. */
  show(orderId: string): void {
    this.scanError = undefined;
    this.pending = undefined;
    this.orderId = orderId;
    void this.#askAhead();
  }

  /** Shows what was known at the moment `at` (ms, server's time), while nothing newer can be had. */
  showKept(orderId: string | undefined, at: number): void {
    this.orderId = orderId;
    this.live.lastSeen ??= at;
    this.loaded = true;
  }

  /** Puts an ended order, or a problem, out of sight. */
  dismiss(): void {
    this.scanError = undefined;
    this.orderId = undefined;
    this.#resume();
  }

  /** The code is good for nothing any more, and the person is told why. */
  #refused(error: unknown): void {
    this.#used();
    this.code = undefined;
    this.scanError = error;
  }

  #used(): void {
    this.fresh = false;
    this.heldUntil = undefined;
    keep(holdKey, undefined);
    keep(typedKey, undefined, "tab");
    leaveAddress("code");
  }

  async #refresh(): Promise<void> {
    const { api, session, snapshot } = this.#app;
    if (session.status === "unknown") await session.check(api);
    const signedIn = session.status === "signed-in";
    const { token } = session;
    const [page] = await Promise.all([
      api.page(),
      signedIn ? this.#loadOrders() : api.queue().then((reply) => snapshot.takeQueueReply(reply)),
    ]);
    snapshot.takePage(page.page);
    // Of whoever has come since all is fetched anew.
    if (session.token !== token) return;
    this.#seen();
    if (signedIn && !this.fresh && !this.scanning) this.#resume();
    this.loaded = true;
    void this.#askAhead();
  }

  async #loadOrders(): Promise<void> {
    const { api, snapshot } = this.#app;
    const reply = await snapshot.loadOrders(() => api.myOrders());
    // What was pushed meanwhile is not in the count that came with these.
    if (reply) this.told = told(reply.limits, reply.orders);
  }

  /** Goes back to the order that is going on, if there is one. */
  #resume(): void {
    const { clock, snapshot } = this.#app;
    if (this.orderId !== undefined || this.pending !== undefined) return;
    const opened = this.#opened === undefined ? undefined : snapshot.orders.get(this.#opened);
    this.#opened = undefined;
    leaveAddress("order");
    this.orderId = (opened ?? openOrder(snapshot.orders.values(), clock.now))?.id;
  }

  #seen(): void {
    if (this.pending === undefined || !this.#app.snapshot.orders.has(this.pending)) return;
    this.orderId = this.pending;
    this.pending = undefined;
    this.slow = false;
    void this.#askAhead();
  }

  /** Looks for the order until it is there; it is not before the workflow has admitted or refused it. */
  async #await(orderId: string): Promise<void> {
    this.pending = orderId;
    this.slow = false;
    this.#seen();
    for (const wait of looks) {
      if (this.pending !== orderId) return;
      try {
        await this.#app.snapshot.takeReply(this.#app.api.order(orderId));
        this.#seen();
        return;
      } catch (error) {
        if (codeOf(error) !== "not-found" && !(error instanceof NetworkError)) break;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    if (this.pending === orderId) this.slow = true;
  }

  /** The queue moves with everybody's order, and no push tells of it: whoever looks at the screen sees it move all the same. */
  async #look(): Promise<void> {
    if (!visible() || !this.loaded) return;
    if (this.order?.state === "queued" || this.order?.state === "making") return this.#askAhead();
    const { api, snapshot } = this.#app;
    if (snapshot.page?.store.open !== true) return;
    try {
      snapshot.takeQueueReply(await api.queue());
    } catch {
      snapshot.wait = undefined;
    }
  }

  /** The place in the queue and the wait; nice to have, so a failure is no matter. */
  async #askAhead(): Promise<void> {
    const order = this.order;
    if (order === undefined || !["submitted", "queued", "making"].includes(order.state)) return;
    try {
      const reply = await this.#app.snapshot.takeReply(this.#app.api.order(order.id));
      if (reply.order.id !== this.orderId) return;
      this.ahead = reply.ahead;
      this.#wait = { id: reply.order.id, state: reply.order.state, range: reply.wait };
    } catch {
      // A range is true of the moment that it was told at.
      if (order.id === this.orderId) this.#wait = undefined;
    }
  }
}
