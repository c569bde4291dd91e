import type { CatalogPage, MenuDrink } from "../../contracts/catalog.ts";
import type { OrdersReply, QueueReply } from "../../contracts/http.ts";
import type { Notice } from "../../contracts/notice.ts";
import type { CodeWindow, OrderView, QueueView, WaitRange } from "../../contracts/order.ts";
import type { PushMessage } from "../../contracts/push.ts";
import { ApiError } from "./api.ts";
import { tellTimesOf } from "./intl.ts";
import { moments, storeOf } from "./message.ts";
import { type NoticeMap, withNotice, withSnapshot } from "./notices.ts";
import { shownPage } from "./own-words.ts";
import { newer, newerWindow, OrderSet } from "./versions.ts";

/** What a screen knows of its store: the newest versions from replies and pushes. */
export class Snapshot {
  /** As it was published. */
  published = $state.raw<CatalogPage>();
  /** As it is shown: with the owner's names in the screen's language. */
  readonly page = $derived(this.published && shownPage(this.published));
  queue = $state.raw<QueueView>();
  /** The waiting time of an order placed now, as of the last reply; pushes do not contain it. */
  wait = $state.raw<WaitRange>();
  window = $state.raw<CodeWindow>();
  /** By id. */
  orders = $state.raw<ReadonlyMap<string, OrderView>>(new Map());
  /** Notices of extensions, by id, including expired ones. */
  notices = $state.raw<NoticeMap>(new Map());
  #set = new OrderSet();

  /** The menu, sorted by position. */
  get menu(): MenuDrink[] {
    return [...(this.page?.menu ?? [])].sort((a, b) => a.position - b.position);
  }

  /** Takes the store and menu, unless a later version is here. Sets the store's time zone for all times. */
  takePage(page: CatalogPage): void {
    this.published = newer(this.published, page);
    tellTimesOf(this.published.store.timeZone);
  }
  /** Takes the length of the queue, unless a later version is here. */
  takeQueue(queue: QueueView): void {
    this.queue = newer(this.queue, queue);
  }
  /** Takes the queue and the waiting time of an order placed now from a reply. If the reply has no waiting time, it is unknown. */
  takeQueueReply({ queue, wait }: Pick<QueueReply, "queue" | "wait">): void {
    this.takeQueue(queue);
    this.wait = wait;
  }
  /** Takes a code window, unless a later one, or a later version of it, is here. */
  takeWindow(window: CodeWindow): void {
    this.window = newerWindow(this.window, window);
  }
  /** Takes a notice of an extension, unless a later version is here. */
  takeNotice(notice: Notice): void {
    this.notices = withNotice(this.notices, notice);
  }
  /** Takes one order; false if it is not newer than the one we have. */
  takeOrder(order: OrderView): boolean {
    const changed = this.#set.put(order);
    this.orders = this.#set.all;
    return changed;
  }

  /**
   * Takes the order's new state from the reply or from the refusal, and returns the reply. Ignores the order if the user has changed since. @throws
   * what `asked` throws
   */
  async takeReply<Reply extends { order: OrderView }>(asked: Promise<Reply>): Promise<Reply> {
    const set = this.#set;
    const take = (order: OrderView) => set === this.#set && this.takeOrder(order);
    try {
      const reply = await asked;
      take(reply.order);
      return reply;
    } catch (error) {
      if (error instanceof ApiError && error.problem.order) take(error.problem.order);
      throw error;
    }
  }

  /**
   * Fetches the list of orders and replaces the current one with it, except for what was pushed meanwhile.
   * @returns the reply; undefined if the user has changed since
   */
  async loadOrders<Reply extends Omit<OrdersReply, "now">>(ask: () => Promise<Reply>): Promise<Reply | undefined> {
    const set = this.#set;
    const since = set.begin();
    const { notices } = this;
    const reply = await ask();
    set.replace(reply.orders, since);
    if (set !== this.#set) return undefined;
    this.orders = set.all;
    this.takeQueueReply(reply);
    if (reply.notices) this.notices = withSnapshot(this.notices, notices, reply.notices);
    return reply;
  }

  /**
   * Whether only fetching everything helps: a push may be about an order that ended long ago, or of a kind that only a later version of this page knows.
   * @param now the server's time in ms
   */
  doubts(message: PushMessage, now: number): boolean {
    return message.kind === "order"
      ? this.#set.doubts({ order: message.order, happened: moments(message), now })
      : storeOf(message) === undefined && message.kind !== "rejected";
  }

  /** Takes a push. `rejected` is not part of the snapshot: the admin app handles it itself. */
  take(message: PushMessage): void {
    if (message.kind === "order") this.takeOrder(message.order);
    else if (message.kind === "page") this.takePage(message.page);
    else if (message.kind === "queue") this.takeQueue(message.queue);
    else if (message.kind === "code") this.takeWindow(message.window);
    else if (message.kind === "notice") this.takeNotice(message.notice);
  }

  /** Forgets the orders and notices, when the user changes. */
  forgetOrders(): void {
    this.#set = new OrderSet();
    this.orders = this.#set.all;
    this.notices = new Map();
  }

  /**
   * Forgets everything, when the API does not know the session: the stand may have begun anew, as after `npm start -- --reset`. Its versions and times then begin
   * again too, and would be taken for old.
   */
  forget(): void {
    this.published = this.queue = this.wait = this.window = undefined;
    this.forgetOrders();
  }
}
