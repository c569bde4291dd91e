import type { CatalogPage, MenuDrink } from "../../contracts/catalog.ts";
import type { OrdersReply, QueueReply } from "../../contracts/http.ts";
import type { Notice } from "../../contracts/notice.ts";
import type { CodeWindow, OrderView, QueueView, WaitRange } from "../../contracts/order.ts";
import type { PushMessage } from "../../contracts/push.ts";
import { ApiError } from "./api.ts";
import { tellTimesOf } from "./intl.ts";
import { moments } from "./message.ts";
import { type NoticeMap, withNotice, withSnapshot } from "./notices.ts";
import { shownPage } from "./own-words.ts";
import { newer, newerWindow, OrderSet } from "./versions.ts";

/** What a screen knows of its store: the newest of all it was told by replies and pushes. */
export class Snapshot {
  /** As it was published. */
  published = $state.raw<CatalogPage>();
  /** As it is shown: with the names that its owner gave in the language of the screen. */
  readonly page = $derived(this.published && shownPage(this.published));
  queue = $state.raw<QueueView>();
  /** Until what is ordered now is ready, as last told; no push tells it. */
  wait = $state.raw<WaitRange>();
  window = $state.raw<CodeWindow>();
  /** By id. */
  orders = $state.raw<ReadonlyMap<string, OrderView>>(new Map());
  /** What extensions say, by id: that is over, too. */
  notices = $state.raw<NoticeMap>(new Map());
  #set = new OrderSet();

  /** The menu in its order. */
  get menu(): MenuDrink[] {
    return [...(this.page?.menu ?? [])].sort((a, b) => a.position - b.position);
  }

  /** Takes store and menu in, unless a later version is here. Times are told in the store's zone from then on. */
  takePage(page: CatalogPage): void {
    this.published = newer(this.published, page);
    tellTimesOf(this.published.store.timeZone);
  }
  /** Takes the length of the queue in, unless a later version is here. */
  takeQueue(queue: QueueView): void {
    this.queue = newer(this.queue, queue);
  }
  /** Takes in what an answer tells of the queue, and until when what is ordered now is ready; without that it is not known any more. */
  takeQueueReply({ queue, wait }: Pick<QueueReply, "queue" | "wait">): void {
    this.takeQueue(queue);
    this.wait = wait;
  }
  /** Takes a window of codes in, unless a later one, or a later version of it, is here. */
  takeWindow(window: CodeWindow): void {
    this.window = newerWindow(this.window, window);
  }
  /** Takes in what an extension says, unless a later version is here. */
  takeNotice(notice: Notice): void {
    this.notices = withNotice(this.notices, notice);
  }
  /** Takes one order in; false when it is not newer than the one we have. */
  takeOrder(order: OrderView): boolean {
    const changed = this.#set.put(order);
    this.orders = this.#set.all;
    return changed;
  }

  /**
   * Takes in what an order is now, from the answer or from its refusal, and gives the answer. What was asked by somebody who has signed out since is
   * no business of whoever is here then, and is left. @throws what `asked` throws
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
   * Asks for the list of orders and takes it in place of the one we have, but for what was pushed meanwhile.
   * @returns what was taken; nothing where whoever it was asked for has signed out since: it is no business of whoever is here then
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

  /** Whether a push may tell of what is long over, so that only asking for all that is shown helps. @param now the server's time in ms */
  doubts(message: PushMessage, now: number): boolean {
    return message.kind === "order" && this.#set.doubts({ order: message.order, happened: moments(message), now });
  }

  /** Takes a push in. `rejected` is not part of the snapshot: the admin app listens for it itself. */
  take(message: PushMessage): void {
    if (message.kind === "order") this.takeOrder(message.order);
    else if (message.kind === "page") this.takePage(message.page);
    else if (message.kind === "queue") this.takeQueue(message.queue);
    else if (message.kind === "code") this.takeWindow(message.window);
    else if (message.kind === "notice") this.takeNotice(message.notice);
  }

  /** Forgets the orders and what was said, when somebody else uses the screen. */
  forgetOrders(): void {
    this.#set = new OrderSet();
    this.orders = this.#set.all;
    this.notices = new Map();
  }
}
