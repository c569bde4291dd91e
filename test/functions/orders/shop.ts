import { randomUUID } from "node:crypto";
import { vi } from "vitest";
import type { CatalogPage } from "../../../contracts/catalog.ts";
import type { CremaEvent } from "../../../contracts/events.ts";
import { isActive } from "../../../contracts/order-states.ts";
import type { OrderStart } from "../../../contracts/workflow.ts";
import { choose } from "../../../functions/orders/choice.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { readOrder, saveNext } from "../../../functions/orders/orders-container.ts";
import { decide } from "../../../functions/orders/rules.ts";
import { catalogPage } from "../../../functions/platform/catalog-page.ts";
import { type Services, startServices } from "../identity/services.ts";

/** Noon in Berlin, half a minute into a code window. */
export const noon = Date.parse("2040-06-15T10:05:30.000Z");

const milk = {
  id: "milk",
  name: "Milk",
  choose: "one" as const,
  default: "whole",
  choices: [
    { id: "whole", name: "Whole" },
    { id: "oat", name: "Oat" },
  ],
};
const extras = {
  id: "extras",
  name: "Extras",
  choose: "any" as const,
  choices: [
    { id: "shot", name: "Extra shot" },
    { id: "decaf", name: "Decaf" },
  ],
};
const drink = { description: "", icon: "cup" as const, available: true, position: 10 };

export function pageOf(change: Partial<CatalogPage["store"]> = {}, storeId = "main"): CatalogPage {
  return {
    storeId,
    version: 1,
    publishedAt: new Date(noon).toISOString(),
    store: {
      name: "Main stand",
      open: true,
      timeZone: "Europe/Berlin",
      capacity: 20,
      choosingMinutes: 5,
      makingMinutes: 15,
      codeMinutes: 5,
      scansPerCode: 10,
      openOrdersPerCustomer: 1,
      ordersPerDay: null,
      ...change,
    },
    menu: [
      { ...drink, id: "drink:latte", name: "Latte", options: [milk, extras] },
      { ...drink, id: "drink:espresso", name: "Espresso", options: [] },
      { ...drink, id: "drink:cortado", name: "Cortado", available: false, options: [] },
    ],
  };
}

export const latte = { drinkId: "drink:latte", options: { milk: ["oat"] } };
export const espresso = { drinkId: "drink:espresso", options: {} };

/** The application's containers on the local Cosmos DB, at a time of its own; each store in it is a world of its own. */
export class Shop {
  readonly services: Services;
  #stores = 0;

  private constructor(services: Services) {
    this.services = services;
  }

  static async open(): Promise<Shop> {
    const services = await startServices();
    const { clock } = services.parts;
    clock.hold();
    await clock.advance(noon - clock.now(), () => Promise.resolve());
    vi.useFakeTimers({ toFake: ["Date"], now: clock.now() });
    return new Shop(services);
  }

  async close(): Promise<void> {
    vi.useRealTimers();
    await this.services.close();
  }

  /** A store nobody has been to yet, with these settings. */
  async store(change: Partial<CatalogPage["store"]> = {}): Promise<string> {
    const storeId = `store-${++this.#stores}`;
    await this.publish(pageOf(change, storeId));
    return storeId;
  }

  async publish(page: CatalogPage): Promise<CatalogPage> {
    await this.services.container("catalog").items.upsert({ id: "page", ...page });
    return page;
  }

  /** Moves the time on, of the application and of Cosmos DB. */
  async advance(ms: number): Promise<void> {
    const { clock } = this.services.parts;
    await clock.advance(ms, () => Promise.resolve());
    vi.setSystemTime(clock.now());
  }

  async documents<T>(container: "orders" | "codes" | "insights", storeId: string, kind: string): Promise<T[]> {
    const query = { query: "SELECT * FROM c WHERE c.kind = @kind", parameters: [{ name: "@kind", value: kind }] };
    const { items } = this.services.container(container);
    return (await items.query<T>(query, { partitionKey: storeId }).fetchAll()).resources;
  }

  async events(container: "orders" | "codes", storeId: string): Promise<CremaEvent[]> {
    return (await this.documents<{ event: CremaEvent }>(container, storeId, "event")).map(({ event }) => event);
  }

  /** The places that the queue says are taken, and those that orders hold. */
  async places(storeId: string): Promise<{ counted: number; held: number }> {
    const [queue] = await this.documents<{ active: number }>("orders", storeId, "queue");
    const orders = await this.documents<Order>("orders", storeId, "order");
    return { counted: queue?.active ?? 0, held: orders.filter(({ state }) => isActive(state)).length };
  }
}

let customers = 0;
export function newCustomerId(): string {
  return `customer-${String(++customers).padStart(10, "0")}`;
}

/** What a scan starts a workflow with. */
export function startOf(storeId: string, customerId = newCustomerId()): OrderStart {
  return {
    orderId: randomUUID(),
    storeId,
    customerId,
    window: new Date(noon - 30_000).toISOString(),
    causationid: "scan",
  };
}

/** Submits a latte without its number, as what is placed at the counter, and what was submitted before numbers came with that: its workflow asks for it. */
export async function submitOnly(storeId: string, orderId: string): Promise<void> {
  const before = await readOrder(storeId, orderId);
  if (before === undefined) throw new Error(`There is no order ${orderId}.`);
  const { menu } = await catalogPage(storeId);
  const deadline = new Date(Date.now() + 15 * 60_000).toISOString();
  const actor = { id: before.document.customerId, parts: ["customer" as const] };
  const request = { command: "submit" as const, wish: latte, choice: choose(menu, latte), deadline };
  const decision = decide(before.document, request, actor, Date.now());
  if (decision.kind !== "change" || !(await saveNext(before, decision.order, decision.event, undefined)))
    throw new Error(`Order ${orderId} could not be submitted.`);
}
