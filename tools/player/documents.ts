import type { CatalogPage } from "../../contracts/catalog.ts";
import type { CremaEvent, EventType } from "../../contracts/events.ts";
import type { CodeWindow, OrderView } from "../../contracts/order.ts";
import { isActive } from "../../contracts/order-states.ts";
import { type Code, codeId, keptFor as codeKeptFor } from "../../functions/codes/window.ts";
import { type Order, keptFor as orderKeptFor } from "../../functions/orders/order.ts";
import type { Queue } from "../../functions/orders/orders-container.ts";
import { businessDay } from "../../functions/platform/business-day.ts";
import { archivedFor, type EventDocument } from "../../functions/platform/outbox-document.ts";
import { codeText } from "./code-text.ts";

/** A container whose documents a recording tells of. */
export type Told = "orders" | "codes" | "catalog" | "config";

/** What is to be written there, together: documents in the place of those with their ids, and what is to go. */
export interface Write {
  container: Told;
  documents: { id: string }[];
  gone?: string[];
}

/** Where a service keeps its events: in the container of what they tell of. */
const keptIn: Record<string, Told> = { "/crema/orders": "orders", "/crema/codes": "codes", "/crema/config": "catalog" };
/** What a stand tells of itself, from documents, and so does this one; and of people who work there, who are not those who work here. */
const notTaken: readonly EventType[] = [
  "crema.queue.changed.v1",
  "crema.notice.published.v1",
  "crema.staff.changed.v1",
];

/**
 * What the documents of a stand are after each event of a recording. An event bears the view of what it tells of, and that is nearly the document; what a
 * view leaves out (who gave the last command and who has worked on it, which keys were used) stays in the stand that was recorded.
 */
export class Documents {
  readonly #storeId: string;
  #page: CatalogPage;
  readonly #versions = new Map<string, number>();
  readonly #active = new Set<string>();
  readonly #starts = new Map<string, Order["start"]>();
  #queueVersion = 0;

  /** @param page what is published before the first event */
  constructor(page: CatalogPage) {
    this.#storeId = page.storeId;
    this.#page = page;
  }

  /** Of the store, as it is published now. */
  get timeZone(): string {
    return this.#page.store.timeZone;
  }

  /** What stands there before anything is told. */
  first(): Write[] {
    return [{ container: "orders", documents: [this.#queue()] }, ...this.#published(this.#page)];
  }

  /** What to write so that the stand is as after this event; nothing for what is not the recording's to say. */
  after(event: CremaEvent): Write[] {
    const container = keptIn[event.source];
    if (container === undefined || notTaken.includes(event.type)) return [];
    const [documents, more] = this.#changed(event);
    return [{ container, documents: [archived(event, this.#storeId), ...documents] }, ...more];
  }

  /** The documents that change with an event, beside it; and what changes elsewhere. */
  #changed(event: CremaEvent): [{ id: string }[], Write[]] {
    const { data } = event;
    if ("order" in data) return [this.#order(data.order, event), []];
    if ("window" in data) {
      if ("orderId" in data) this.#starts.set(data.orderId, { window: data.window.opensAt, causationid: event.id });
      return [this.#code(data.window), []];
    }
    if ("page" in data && this.#newer("page", data.page.version)) {
      const [catalog, config] = this.#published(data.page);
      return [catalog.documents, [config]];
    }
    return [[], []];
  }

  #order(view: OrderView, event: CremaEvent): { id: string }[] {
    if (!this.#newer(view.id, view.version)) return [];
    // Of a scan that is not in the file only its order tells.
    const start = this.#starts.get(view.id) ?? {
      window: view.createdAt,
      causationid: event.causationid ?? event.id,
    };
    this.#starts.set(view.id, start);
    const order: Omit<Order, "last"> = {
      ...view,
      kind: "order",
      day: businessDay(Date.parse(view.createdAt), this.#page.store.timeZone),
      changedAt: event.time,
      start,
      keys: [],
      ttl: orderKeptFor,
    };
    const before = this.#active.has(view.id);
    if (before === isActive(view.state)) return [order];
    if (before) this.#active.delete(view.id);
    else this.#active.add(view.id);
    this.#queueVersion++;
    return [order, this.#queue()];
  }

  #queue(): Queue {
    const places = { active: this.#active.size, version: this.#queueVersion };
    return { id: "queue", kind: "queue", storeId: this.#storeId, ...places };
  }

  #code({ heldUntil: _, ...window }: CodeWindow): Code[] {
    const id = codeId(window.opensAt);
    if (!this.#newer(id, window.version)) return [];
    return [{ ...window, id, kind: "code", code: codeText(window), ttl: codeKeptFor }];
  }

  /** The page, and the documents that admins edit as they must have been for it. */
  #published(page: CatalogPage): [Write, Write] {
    const { storeId, store, menu } = page;
    const there = new Set(menu.map(({ id }) => id));
    const gone = this.#page.menu.filter(({ id }) => !there.has(id)).map(({ id }) => id);
    this.#page = page;
    const config = [
      { id: "store", kind: "store", storeId, ...store },
      ...menu.map((drink) => ({ kind: "drink", storeId, ...drink })),
    ];
    return [
      { container: "catalog", documents: [{ id: "page", kind: "page", ...page } as { id: string }] },
      { container: "config", documents: config, gone },
    ];
  }

  /** Whether this is not an earlier version than one that was told of already: then it is taken as told. */
  #newer(id: string, version: number): boolean {
    if ((this.#versions.get(id) ?? 0) > version) return false;
    this.#versions.set(id, version);
    return true;
  }
}

function archived(event: CremaEvent, storeId: string): EventDocument {
  return { id: event.id, storeId, kind: "event", event, ttl: archivedFor };
}
