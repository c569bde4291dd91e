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

/** A container whose documents a recording changes. */
export type Told = "orders" | "codes" | "catalog" | "config";

/** A write to a container in one go: documents that replace those with the same ids, and ids to delete. */
export interface Write {
  container: Told;
  documents: { id: string }[];
  gone?: string[];
}

/** The container of a service's events: the same as that of the documents which they describe. */
const keptIn: Record<string, Told> = { "/crema/orders": "orders", "/crema/codes": "codes", "/crema/config": "catalog" };
/** Events that this stand derives from documents itself, like any stand; and events about staff, who are not the staff of this stand. */
const notTaken: readonly EventType[] = [
  "crema.queue.changed.v1",
  "crema.notice.published.v1",
  "crema.staff.changed.v1",
];

/**
 * The documents of a stand after each event of a recording. An event carries the view of a document, which is nearly the document itself. What a view
 * leaves out (who gave the last command, who has worked on it, which keys were used) is not in the recording.
 */
export class Documents {
  readonly #storeId: string;
  #page: CatalogPage;
  readonly #versions = new Map<string, number>();
  readonly #active = new Set<string>();
  readonly #starts = new Map<string, Order["start"]>();
  #queueVersion = 0;

  /** @param page the published page before the first event */
  constructor(page: CatalogPage) {
    this.#storeId = page.storeId;
    this.#page = page;
  }

  /** Of the currently published store. */
  get timeZone(): string {
    return this.#page.store.timeZone;
  }

  /** The documents before the first event. */
  first(): Write[] {
    return [{ container: "orders", documents: [this.#queue()] }, ...this.#published(this.#page)];
  }

  /** The writes that bring the stand to the state after this event; empty if the recording does not determine it. */
  after(event: CremaEvent): Write[] {
    const container = keptIn[event.source];
    if (container === undefined || notTaken.includes(event.type)) return [];
    const [documents, more] = this.#changed(event);
    return [{ container, documents: [archived(event, this.#storeId), ...documents] }, ...more];
  }

  /** The documents that change with an event, in its container; and the writes to other containers. */
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
    // If a scan is missing in the file, only its order gives its data.
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

  /** The page, and the documents of admins from which it must have been published. */
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

  /** Whether this version is not older than the last one; if so, it becomes the last one. */
  #newer(id: string, version: number): boolean {
    if ((this.#versions.get(id) ?? 0) > version) return false;
    this.#versions.set(id, version);
    return true;
  }
}

function archived(event: CremaEvent, storeId: string): EventDocument {
  return { id: event.id, storeId, kind: "event", event, ttl: archivedFor };
}
