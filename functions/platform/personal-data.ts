import { app } from "@azure/functions";
import { storeOf } from "../../contracts/events.ts";
import type { Language } from "../../contracts/languages.ts";
import type { OrderView } from "../../contracts/order.ts";
import { allEnded } from "./all-ended.ts";
import { readReceived } from "./received.ts";

/** What a service or an extension holds about people, by their opaque id. */
export interface PersonalData {
  /** What the part is called in the file that a person gets. */
  part: string;
  /** For that person, in a sentence or two: what it is, what it is for, and how long it is kept. By language tag; English for whom no other is there. */
  about: { en: string } & Partial<Record<Language, string>>;
  /** All of it. */
  read(customerId: string): Promise<unknown>;
  /** What has to come to its end before somebody can be forgotten. */
  open?(customerId: string): Promise<OrderView[]>;
  /**
   * Deletes what one store holds about somebody, or takes their id out of it. May be called twice. Called minutes after they were signed out. Extensions have none: they
   * hear `crema.customer.deleted.v1` by a subscription of their own.
   */
  forget?(storeId: string, customerId: string): Promise<void>;
}

const holders: PersonalData[] = [];
let listening = false;

/**
 * Says what is held about people: shown to them on request, and forgotten when they want that. All services share one function that hears of deletions, as they
 * share the work of each minute: what fails keeps nothing else from its turn, and all are told again.
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

/** All that somebody holds, in the order in which they said so. */
export function personalData(): readonly PersonalData[] {
  return holders;
}
