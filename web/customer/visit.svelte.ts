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

/** Delays between polls for an order that was just created: about 25 s in all. A push is usually faster. */
const looks = [300, 500, 800, 1200, 1500, 2000, 2500, 3000, 3000, 3000, 3500, 4000];

/** Milliseconds between two polls of the queue. */
const lookEvery = 20_000;

/** Storage key of the secret that a scan is held under: all tabs on a phone that the same code opens share it. */
const holdKey = "crema.hold";
function holdOf(code: string): string | undefined {
  const known = kept(holdKey) as { code?: unknown; secret?: unknown } | undefined;
  return known?.code === code && typeof known.secret === "string" ? known.secret : undefined;
}

/** Storage key of a typed code that was not used yet. */
const typedKey = "crema.typed";

/** Removes a parameter of the page's address that has been handled, so that a reload does not repeat it. */
function leaveAddress(parameter: string): void {
  const url = new URL(location.href);
  url.searchParams.delete(parameter);
  history.replaceState(history.state, "", url);
}

/** One customer's visit: from the code in the page's address to the resulting order. */
export class Visit {
  /** The scanned code; kept in memory after its use, so that another order can be started with it. */
  code = $state<string>();
  /** Whether the code is still unused. */
  fresh = $state(false);
  /** Whether it was typed in from the screen. */
  typed = $state(false);
  /** Whether the customer is typing it. */
  typing = $state(false);
  scanning = $state(false);
  /** Until when (ms, server's time) a scan of the code is held for the customer who signs in here. */
  heldUntil = $state<number>();
  scanError = $state.raw<unknown>();
  /** The order that a scan has started, not seen yet. */
  pending = $state<string>();
  /** Whether we have stopped polling for it. */
  slow = $state(false);
  /** The order on screen. */
  orderId = $state<string>();
  /** How many orders are ahead of it, as far as we know. */
  ahead = $state<number>();
  /** The waiting time of an order, as of the last request in this state. */
  #wait = $state.raw<{ id: string; state: OrderState; range: WaitRange | undefined }>();
  /** How much more the customer may order, as of the last reply. */
  told = $state.raw<ToldLimits>();
  /** Whether store, menu and orders are loaded. */
  loaded = $state(false);
  readonly live: Live;
  readonly #app: App;
  /** The order of the notification that opened the page. */
  #opened: string | undefined;
  /** The code whose hold was already requested, before the sign-in. */
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
    // Another user must not see these orders.
    app.session.onChange(() => {
      this.loaded = false;
      this.told = undefined;
      this.orderId = undefined;
      this.pending = undefined;
    });
    this.live = app.follow(() => this.#refresh(), {
      onMessage: (message) => {
        if (message.kind === "order") this.#seen();
        // A recalled order is shown to a customer who had dismissed its end.
        if (message.kind === "order" && !this.fresh && !this.scanning) this.#resume();
        // The place in the queue is known once the order is queued; the next poll requests the waiting time.
        if (message.kind === "order" && message.order.id === this.orderId && message.order.state !== "making")
          void this.#askAhead();
      },
      // With an open order, the phone in the pocket has to vibrate; without one nothing is missed.
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

  /** The waiting time of the order on screen; one for an earlier state is outdated. */
  get wait(): WaitRange | undefined {
    const { order } = this;
    return order !== undefined && this.#wait?.id === order.id && this.#wait.state === order.state
      ? this.#wait.range
      : undefined;
  }

  /** Whether another order can be started with the current code. */
  get canScanAgain(): boolean {
    return this.code !== undefined;
  }

  /**
   * Before the sign-in: holds a scan of the code, so that bad news comes first and a scan in time stays valid. If it cannot be held for any other
   * reason, the scan itself will show that.
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
      // Another code was typed meanwhile: this result does not matter.
      if (this.code !== code) return;
      if (codeOf(error)?.startsWith("code-")) this.#refused(error);
      // The page does not know yet that the store is closed, and says so after a refresh. During its first load, it will say so anyway.
      else if (codeOf(error)?.startsWith("store-") && this.loaded) await this.live.refresh();
    } finally {
      this.#asked = code;
      this.scanning = false;
    }
  }

  /** Uses the code. `after`: the ended order of an earlier scan of it, if the customer wants another. */
  async scan(after?: string): Promise<void> {
    const code = this.code;
    if (code === undefined || this.scanning) return;
    this.scanning = true;
    this.scanError = undefined;
    const { session } = this.#app;
    const { token } = session;
    try {
      const orderId = await this.#begin(code, after);
      // A user who has signed in meanwhile has not scanned yet.
      if (session.token !== token) return;
      this.#used();
      this.orderId = undefined;
      this.#await(orderId);
    } catch (error) {
      if (session.token !== token) return;
      // Without a response the code may still be valid: it stays, and so does the address.
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

  /** A customer who scans a code again after their order with it has ended wants another. Returns the order's id. */
  async #begin(code: string, after: string | undefined): Promise<string> {
    const { api, snapshot } = this.#app;
    const { orderId, repeated } = await api.scan(code, after, holdOf(code));
    if (!repeated || after !== undefined) return orderId;
    const order = snapshot.orders.get(orderId) ?? (await api.order(orderId).catch(() => undefined))?.order;
    return order !== undefined && isFinal(order.state) ? (await api.scan(code, orderId)).orderId : orderId;
  }

  /** Takes a typed code as if it had been scanned; a reload restores it. */
  type(code: string): void {
    this.#asked = undefined;
    this.code = code;
    this.fresh = true;
    this.typed = true;
    this.typing = false;
    keep(typedKey, code, "tab");
  }

  /** Another attempt after a wrong code. */
  typeAgain(): void {
    this.scanError = undefined;
    this.typing = true;
  }

  /** Continues polling for the order that the scan has started. */
  lookAgain(): void {
    if (this.pending !== undefined) this.#await(this.pending);
  }

  /** Shows an order, in place of whatever is on screen. */
  show(orderId: string): void {
    this.scanError = undefined;
    this.pending = undefined;
    this.orderId = orderId;
    void this.#askAhead();
  }

  /** Shows the state of the moment `at` (ms, server's time), until newer data arrives. */
  showKept(orderId: string | undefined, at: number): void {
    this.orderId = orderId;
    this.live.lastSeen ??= at;
    this.loaded = true;
  }

  /** Dismisses an ended order, or a problem. */
  dismiss(): void {
    this.scanError = undefined;
    this.orderId = undefined;
    this.#resume();
  }

  /** The code is not valid any more, and the customer sees why. */
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
    // The user has changed since: everything is loaded again for the new one.
    if (session.token !== token) return;
    this.#seen();
    if (signedIn && !this.fresh && !this.scanning) this.#resume();
    this.loaded = true;
    void this.#askAhead();
  }

  async #loadOrders(): Promise<void> {
    const { api, snapshot } = this.#app;
    const reply = await snapshot.loadOrders(() => api.myOrders());
    // Pushes that arrived meanwhile are not in the count of this reply.
    if (reply) this.told = told(reply.limits, reply.orders);
  }

  /** Returns to the open order, if there is one. */
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

  /** Polls for the order until it exists: the workflow has to admit or refuse it first. */
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

  /** Everybody's orders move the queue, and pushes do not contain that: so it is polled while the screen is visible. */
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

  /** The place in the queue and the waiting time; optional, so failures are ignored. */
  async #askAhead(): Promise<void> {
    const order = this.order;
    if (order === undefined || !["submitted", "queued", "making"].includes(order.state)) return;
    try {
      const reply = await this.#app.snapshot.takeReply(this.#app.api.order(order.id));
      if (reply.order.id !== this.orderId) return;
      this.ahead = reply.ahead;
      this.#wait = { id: reply.order.id, state: reply.order.state, range: reply.wait };
    } catch {
      // A waiting time is only valid at the time of its request.
      if (order.id === this.orderId) this.#wait = undefined;
    }
  }
}
