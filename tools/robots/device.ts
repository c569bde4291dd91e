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

/** A stand that robots go to. */
export interface Address {
  /** Without a slash at its end. */
  api: string;
  store: string;
}

/** A second code may be asked for after this long, in ms. */
const resendAfter = 30_000;
/** What could not be fetched is asked for again after so long, in ms: as the screens do. */
const askAgainAfter = 5_000;
/** And so long after it was refused to whoever has no right to it any more. */
const askForRightAfter = 30_000;
/** Where the clock is moved on once all is answered, an answer may take as long as the machine likes, those of many others before it included; in ms. */
const steppedPatience = 10 * 60_000;
/** Time is not moved on until who lost a connection has another one, but for so long (ms of the machine) at most. */
const reconnectsWithin = 2_000;

/** Where a device is not as the screens are. */
export interface Odd {
  /** Ms of the machine's time before it dials again after so many failures. */
  backoff?: (failures: number) => number;
  inTurn?: InTurn | undefined;
  /** How it asks. */
  fetch?: typeof fetch;
  /** It waits for an answer however long that takes. */
  patient?: boolean;
  /** Told when its connection was closed or could not be made, so that it dials anew, and once it does, or has one again. */
  onDialing?: ((dials: boolean) => void) | undefined;
}

/** What somebody holds in their hand, or what hangs on the wall: it talks to the API and hears what is pushed with the code of the real screens. */
export class Device {
  readonly api: Api;
  readonly network: Network;
  readonly phone: string;
  page: CatalogPage | undefined;
  queue: QueueView | undefined;
  window: CodeWindow | undefined;
  me: Caller | undefined;
  /** What extensions say here. */
  notices: NoticeMap = new Map();
  /** Whether the last list came with all that they say: what cannot be read in time is left out. */
  knowsNotices = false;
  /** What was told of other stores, which is nothing to show here: people hear of their own orders wherever they are. */
  readonly ofElsewhere: PushMessage[] = [];
  /** Hears each message, once it is taken in. */
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

  /** Whether all that is told reaches this device: it is connected, and has been ever since it signed in. */
  get hearsAll(): boolean {
    return this.#connected && !this.#wasLost;
  }

  get signedIn(): boolean {
    return this.#token !== undefined;
  }

  get orders(): ReadonlyMap<string, OrderView> {
    return this.#orders.all;
  }

  /** Signs in with a one-time code and listens from then on. @throws ApiError, NetworkError, Error when no code came */
  async signIn(inbox: Inbox): Promise<void> {
    const { challenge } = await this.#challenge();
    const code = await inbox.code(this.phone);
    if (code === undefined) throw new Error(`No message with a code came to ${this.phone}.`);
    await this.begin((await this.api.session(challenge, code)).token);
  }

  /** Takes a session in, and listens from then on. @throws ApiError, NetworkError, Error when it could not connect */
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
      // Another run asked for one a moment ago.
      await this.#life.sleep(resendAfter);
      return this.api.challenge(this.phone);
    }
  }

  /** What it asks with, while it is signed in. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Whether it is connected within so many ms of the machine's time: no clock is moved on meanwhile. */
  connected(within = 10_000): Promise<boolean> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(this.#connected);
      };
      // In the turn in which it is so: who is connected first goes on first.
      const look = () => (this.#connected || !this.signedIn) && end();
      const timer = setTimeout(end, within);
      this.#waiting.add(look);
      look();
    });
  }

  #refreshes = 0;
  #fresh = 0;

  /** Whether all that is shown was fetched since the last new connection. */
  get isFresh(): boolean {
    return this.#fresh === this.#refreshes;
  }

  /** Resolves once that is so on a connection newer than the one there is when this is called, or after ten seconds of the machine's time. */
  async renewed(): Promise<void> {
    const before = this.#refreshes;
    const end = performance.now() + 10_000;
    while ((this.#refreshes === before || !this.isFresh) && performance.now() < end)
      await new Promise((go) => setTimeout(go, 10));
  }

  /** Fetches what could not be fetched. */
  async catchUp(): Promise<void> {
    if (!this.isFresh) await this.#refresh();
  }

  /** Until it is done, or a newer connection does it. */
  async #refresh(): Promise<void> {
    const turn = ++this.#refreshes;
    let forbidden = false;
    while (turn === this.#refreshes && this.#fresh < turn) {
      try {
        await this.refresh();
        this.#fresh = Math.max(this.#fresh, turn);
      } catch (error) {
        // Who was signed out shows nothing more.
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

  /** Whoever may look again opens the page again: the connection there is was made without the right, and would tell nothing of what it opens. */
  #beginAnew(): void {
    this.#hangUp();
    this.#dials();
    this.#live.start();
  }

  #hangUp(): void {
    this.#live.stop();
    this.#connected = false;
  }

  /** Whoever is there again first is not for the machine to decide. */
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

  /** Takes in an order from an answer, unless a newer version is here; wakes who waits for news. */
  takeOrder(order: OrderView): void {
    this.#orders.put(order);
    this.#wake();
  }
  /** Takes in the window of codes from an answer, unless a newer one is here. */
  takeWindow(window: CodeWindow): void {
    this.window = newerWindow(this.window, window);
  }

  /** Asks for the store and its menu, and takes them in. @throws ApiError, NetworkError */
  async loadPage(): Promise<CatalogPage> {
    this.page = newer(this.page, (await this.api.page()).page);
    return this.page;
  }
  /** Takes a list of orders in place of the one we have, as the screens do. */
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

  /** The first of what `look` finds, now or whenever something is heard; `undefined` when that takes longer than so many ms. @throws Stopped */
  async until<T>(look: () => T | undefined, within: number): Promise<T | undefined> {
    const end = this.#life.time.now() + within;
    for (;;) {
      const found = look();
      const left = end - this.#life.time.now();
      if (found !== undefined || left <= 0) return found;
      await this.change(left);
    }
  }

  /** Until something is heard, or so many ms have passed. @throws Stopped */
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
   * Does what may fail because this device has lost its network: then it is done again once that is back, as somebody does who presses again.
   * @throws ApiError, NetworkError when there is no such reason, Stopped
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

  /** Loses the network for so many ms. @param how whether it is the next answer that is lost first */
  async loseNetwork(lasts: number, how: "now" | "next answer" = "now"): Promise<void> {
    this.#wasLost = true;
    if (how === "now") this.network.lose();
    else this.network.loseNextAnswer();
    await this.#life.sleep(lasts);
    this.network.comeBack();
    // The browser says that the device is back on the network.
    this.#live.nudge();
    this.#wake();
  }

  /** Hears nothing any more; its session stays. */
  close(): void {
    this.#live.stop();
  }

  /**
   * Has all deleted that is held of whoever holds it, and is signed out, as the app does it.
   * @throws ApiError, NetworkError: then it is signed in as before, unless it is told that it is not any more
   */
  forget(): Promise<void> {
    return this.#leave(() => this.api.anywhere("DELETE", "/me"));
  }

  /** Is signed out, alone or with all other devices of whoever holds it. @throws ApiError, NetworkError as {@link forget} does */
  signOut(where: "here" | "everywhere"): Promise<void> {
    return this.#leave(() => (where === "here" ? this.api.signOut() : this.api.signOutEverywhere()));
  }

  /** What is heard ends first, for what was cut off would dial again. */
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

  /** Shows and hears nothing of anybody any more. */
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
