import { app } from "@azure/functions";
import { storeOf } from "../../contracts/events.ts";
import type { Language } from "../../contracts/languages.ts";
import type { OrderView } from "../../contracts/order.ts";
import { allEnded } from "./all-ended.ts";
import { readReceived } from "./received.ts";

/** The personal data that a service or extension stores, by the customer's opaque id. */
export interface PersonalData {
  /** The name of the part in the file that a customer gets. */
  part: string;
  /** An explanation for the customer: what the data is, its purpose, and how long it is kept. By language tag; English is the fallback. */
  about: { en: string } & Partial<Record<Language, string>>;
  /** Reads all the data. */
  read(customerId: string): Promise<unknown>;
  /** Open orders that must end before the customer's data can be deleted. */
  open?(customerId: string): Promise<OrderView[]>;
  /**
   * Deletes the customer's data in one store, or removes their id from it. Must be idempotent. Called minutes after the customer was signed out. Extensions
   * do not have it: they receive `crema.customer.deleted.v1` through their own subscription.
   */
  forget?(storeId: string, customerId: string): Promise<void>;
}

const holders: PersonalData[] = [];
let listening = false;

/**
 * Registers personal data, which customers can see and have deleted. All services share one function for deletions. A failure stops no other service;
 * afterwards, the event is delivered again to all.
 */
export function holdsPersonalData(data: PersonalData): void {
  holders.push(data);
  if (data.forget === undefined || listening) return;
  listening = true;
  app.eventGrid("deletions", {
    handler: async (received: unknown) => {
      const event = readReceived(received, ["crema.customer.deleted.v1"] as const);
      const storeId = storeOf(event.subject);
      await allEnded(holders.map((holder) => holder.forget?.(storeId, event.data.customerId)));
    },
  });
}

/** All data about a customer, in the order of registration. */
export function personalData(): readonly PersonalData[] {
  return holders;
}
