import type { Caller, CatalogPage } from "../../contracts/catalog.ts";
import type { Notice } from "../../contracts/notice.ts";
import type { CodeWindow, OrderView, QueueView } from "../../contracts/order.ts";
import { messagesIn, type Pushed, type PushMessage } from "../../contracts/push.ts";
import { Api, codeOf, NetworkError } from "../../web/lib/api.ts";
import { LiveConnection } from "../../web/lib/live-connection.ts";
import { moments, storeOf } from "../../web/lib/message.ts";
import { type NoticeMap, withNotice, withSnapshot } from "../../web/lib/notices.ts";
import { newer, newerWindow, OrderSet } from "../../web/lib/versions.ts";
import type { Inbox } from "./inbox.ts";
import type { Life } from "./life.ts";
import { type InTurn, Network } from "./network.ts";

/** The stand under test. */
export interface Address {
  /** Without a trailing slash. */
  api: string;
  store: string;
}

/** How long until a second code may be requested, in ms. */
const resendAfter = 30_000;
/** How long until a failed fetch is repeated, in ms: as on the screens. */
const askAgainAfter = 5_000;
/** How long until a fetch is repeated that was refused because the user lost the right to it. */
const askForRightAfter = 30_000;
/**
 * The timeout for stepped time, in ms. Time moves only after all responses, so one may take as long as the machine needs, including those of many
 * others before it.
 */
const steppedPatience = 10 * 60_000;
/** How long (ms of the machine) stepped time waits at most for a device to reconnect. */
const reconnectsWithin = 2_000;

/** Where a device differs from the real screens. */
export interface Odd {
  /** The delay before a reconnect, in ms of the machine's time, by the number of failures. */
  backoff?: (failures: number) => number;
  inTurn?: InTurn | undefined;
  /** Its `fetch`. */
  fetch?: typeof fetch;
  /** It has no timeout for responses. */
  patient?: boolean;
  /** Called with true when its connection was closed or failed, so that it reconnects, and with false once that is over. */
  onDialing?: ((dials: boolean) => void) | undefined;
}

/** A phone or a screen: it uses the API and receives pushes with the code of the real screens. */
export class Device {
  readonly api: Api;
  readonly network: Network;
  readonly phone: string;
  page: CatalogPage | undefined;
  queue: QueueView | undefined;
  window: CodeWindow | undefined;
  me: Caller | undefined;
  /** Notices of extensions. */
  notices: NoticeMap = new Map();
  /** Whether the last list included all notices: those that cannot be read in time are left out. */
  knowsNotices = false;
  /** Pushes about other stores, which are not shown here: users receive their own orders everywhere. */
  readonly ofElsewhere: PushMessage[] = [];
  /** Called with each message, after it was processed. */
  onMessage: (message: PushMessage) => void = () => undefined;
  /** Fetches what this screen shows, on each new connection. */
  refresh: () => Promise<void> = async () => undefined;
  readonly #life: Life;
  readonly #orders = new OrderSet();
  readonly #live: LiveConnection;
  #token: string | undefined;
  readonly #waiting = new Set<() => void>();
  #connected = false;
  readonly #onDialing: Odd["onDialing"];

  constructor(life: Life, { api, store }: Address, phone: string, odd: Odd = {}) {
    this.#life = life;
    this.#onDialing = odd.onDialing;
    this.phone = phone;
    this.network = new Network(life.time, (what, took) => life.ledger.answer(what, took), odd);
    this.api = new Api({
      base: api,
      store,
      token: () => this.#token,
      fetch: this.network.fetch,
      wait: (milliseconds) => life.sleep(milliseconds),
      ...(odd.patient && { timeout: steppedPatience }),
      onNow: (now) => life.time.observe?.(now),
      onSignedOut: () => this.#signedOut(),
    });
    this.#live = new LiveConnection({
      url: async () => {
        const asked = this.api.live();
        odd.onDialing?.(false);
        return (await asked).url;
      },
      WebSocket: this.network.WebSocket,
      ...(odd.backoff && { backoff: odd.backoff }),
      onMessage: (data) => {
        for (const message of messagesIn(data as Pushed))
          if ((storeOf(message) ?? store) === store) this.#take(message);
          else this.ofElsewhere.push(message);
      },
      onState: (state) => {
        const before = this.#connected;
        this.#connected = state === "connected" || state === "recovered";
        if (state === "connected") void this.#refresh();
        if (this.#connected) odd.onDialing?.(false);
        if (before && !this.#connected && !this.network.lost) this.#dials();
        if (state === "failed" && this.signedIn && !this.network.lost) odd.onDialing?.(true);
        this.#wake();
      },
    });
  }

  /** Whether this device receives all pushes: it is connected, and has been ever since it signed in. */
  get hearsAll(): boolean {
    return this.#connected && !this.#wasLost;
  }

  get signedIn(): boolean {
    return this.#token !== undefined;
  }

  get orders(): ReadonlyMap<string, OrderView> {
    return this.#orders.all;
  }

  /** Signs in with a one-time code and starts listening. @throws ApiError, NetworkError, Error if no code arrived */
  async signIn(inbox: Inbox): Promise<void> {
    const { challenge } = await this.#challenge();
    const code = await inbox.code(this.phone);
    if (code === undefined) throw new Error(`No message with a code came to ${this.phone}.`);
    await this.begin((await this.api.session(challenge, code)).token);
  }

  /** Takes a session and starts listening. @throws ApiError, NetworkError, Error if it could not connect */
  async begin(token: string): Promise<void> {
    this.#token = token;
    try {
      this.me = await this.api.me();
    } catch (error) {
      this.#token = undefined;
      throw error;
    }
    this.#live.start();
    if (!(await this.#life.time.during(this.connected())))
      throw new Error(`${this.phone} could not connect to Web PubSub within ten seconds.`);
  }

  async #challenge() {
    try {
      return await this.api.challenge(this.phone);
    } catch (error) {
      if (codeOf(error) !== "resend-too-soon") throw error;
      // Another run requested one a moment ago.
      await this.#life.sleep(resendAfter);
      return this.api.challenge(this.phone);
    }
  }

  /** Its session token, while it is signed in. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Whether it is connected within this time (ms of the machine). Stepped time does not move meanwhile. */
  connected(within = 10_000): Promise<boolean> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(this.#connected);
      };
      // In the same turn of the event loop: whoever is connected first goes on first.
      const look = () => (this.#connected || !this.signedIn) && end();
      const timer = setTimeout(end, within);
      this.#waiting.add(look);
      look();
    });
  }

  #refreshes = 0;
  #fresh = 0;

  /** Whether everything shown was fetched since the last new connection. */
  get isFresh(): boolean {
    return this.#fresh === this.#refreshes;
  }

  /** Resolves once that holds for a connection newer than the one at the time of the call, or after ten seconds of the machine's time. */
  async renewed(): Promise<void> {
    const before = this.#refreshes;
    const end = performance.now() + 10_000;
    while ((this.#refreshes === before || !this.isFresh) && performance.now() < end)
      await new Promise((go) => setTimeout(go, 10));
  }

  /** Fetches what could not be fetched before. */
  async catchUp(): Promise<void> {
    if (!this.isFresh) await this.#refresh();
  }

  /** Retries until it succeeds, or a newer connection takes over. */
  async #refresh(): Promise<void> {
    const turn = ++this.#refreshes;
    let forbidden = false;
    while (turn === this.#refreshes && this.#fresh < turn) {
      try {
        await this.refresh();
        this.#fresh = Math.max(this.#fresh, turn);
      } catch (error) {
        // A signed-out device shows nothing any more.
        if (!this.signedIn) return;
        forbidden = codeOf(error) === "forbidden";
        if (!this.network.lost) this.#life.ledger.trouble("refresh", error);
        if (
          !(await this.#life.sleep(forbidden ? askForRightAfter : askAgainAfter).then(
            () => true,
            () => false,
          ))
        )
          return;
      }
    }
    if (forbidden && turn === this.#refreshes) this.#beginAnew();
    this.#wake();
  }

  /** A user who has regained the right reopens the page: the existing connection was made without that right, and would not get the pushes for it. */
  #beginAnew(): void {
    this.#hangUp();
    this.#dials();
    this.#live.start();
  }

  #hangUp(): void {
    this.#live.stop();
    this.#connected = false;
  }

  /** Which device is back first must not depend on the machine. */
  #dials(): void {
    this.#onDialing?.(true);
    void this.#life.time.during(this.connected(reconnectsWithin));
  }

  #take(message: PushMessage): void {
    if (message.kind === "order") {
      const asked = { order: message.order, happened: moments(message), now: this.#life.time.now() };
      if (this.#orders.doubts(asked)) return void this.#refresh();
      this.#orders.put(message.order);
    } else if (message.kind === "page") this.page = newer(this.page, message.page);
    else if (message.kind === "queue") this.queue = newer(this.queue, message.queue);
    else if (message.kind === "code") this.window = newerWindow(this.window, message.window);
    else if (message.kind === "notice") this.notices = withNotice(this.notices, message.notice);
    this.onMessage(message);
    this.#wake();
  }

  /** Takes an order from a reply, unless a newer version is here; wakes those who wait for news. */
  takeOrder(order: OrderView): void {
    this.#orders.put(order);
    this.#wake();
  }
  /** Takes a code window from a reply, unless a newer one is here. */
  takeWindow(window: CodeWindow): void {
    this.window = newerWindow(this.window, window);
  }

  /** Fetches the store and its menu. @throws ApiError, NetworkError */
  async loadPage(): Promise<CatalogPage> {
    this.page = newer(this.page, (await this.api.page()).page);
    return this.page;
  }
  /** Replaces the list of orders, as the screens do. */
  async loadOrders(
    ask: () => Promise<{ orders: OrderView[]; queue: QueueView; notices?: Notice[] | undefined }>,
  ): Promise<void> {
    const since = this.#orders.begin();
    const before = this.notices;
    const { orders, queue, notices } = await ask();
    this.#orders.replace(orders, since);
    this.queue = newer(this.queue, queue);
    this.knowsNotices = notices !== undefined;
    if (notices) this.notices = withSnapshot(this.notices, before, notices);
  }

  /** The first result of `look`, now or after any message; `undefined` if that takes longer than this many ms. @throws Stopped */
  async until<T>(look: () => T | undefined, within: number): Promise<T | undefined> {
    const end = this.#life.time.now() + within;
    for (;;) {
      const found = look();
      const left = end - this.#life.time.now();
      if (found !== undefined || left <= 0) return found;
      await this.change(left);
    }
  }

  /** Waits for a message, or for this many ms. @throws Stopped */
  change(within: number): Promise<void> {
    return this.#life.sleep(within, (wake) => {
      this.#waiting.add(wake);
      return () => this.#waiting.delete(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Retries work that fails because this device has lost its network once that is back, as a person would press again.
   * @throws ApiError, NetworkError if the network is not the reason, Stopped
   */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof NetworkError) || tries === 3 || !this.#wasLost) throw error;
        await this.until(() => (this.network.lost ? undefined : true), 10 * 60_000);
      }
    }
  }

  #wasLost = false;

  /** Disconnects the network for this many ms. @param how whether the next response is lost first */
  async loseNetwork(lasts: number, how: "now" | "next answer" = "now"): Promise<void> {
    this.#wasLost = true;
    if (how === "now") this.network.lose();
    else this.network.loseNextAnswer();
    await this.#life.sleep(lasts);
    this.network.comeBack();
    // The browser reports that the device is back online.
    this.#live.nudge();
    this.#wake();
  }

  /** Stops listening; the session remains. */
  close(): void {
    this.#live.stop();
  }

  /**
   * Deletes all data of its user, and signs out, as the app does.
   * @throws ApiError, NetworkError: then it is signed in as before, unless the response says otherwise
   */
  forget(): Promise<void> {
    return this.#leave(() => this.api.anywhere("DELETE", "/me"));
  }

  /** Signs out, this device or all of its user's devices. @throws ApiError, NetworkError as {@link forget} does */
  signOut(where: "here" | "everywhere"): Promise<void> {
    return this.#leave(() => (where === "here" ? this.api.signOut() : this.api.signOutEverywhere()));
  }

  /** Listening ends first, since a device that is cut off would reconnect. */
  async #leave(ask: () => Promise<void>): Promise<void> {
    this.#hangUp();
    try {
      await ask();
    } catch (error) {
      if (this.signedIn) this.#beginAnew();
      throw error;
    }
    this.#signedOut();
  }

  /** Shows and receives nothing of any user any more. */
  #signedOut(): void {
    this.#hangUp();
    this.#onDialing?.(false);
    this.#token = undefined;
    this.me = undefined;
    this.#orders.replace([], this.#orders.begin());
    this.notices = new Map();
    this.knowsNotices = false;
    this.ofElsewhere.length = 0;
    this.#wake();
  }
}
