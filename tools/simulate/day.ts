import type { VisitPlan } from "../robots/visit-plan.ts";

/** A day at one stand. */
export interface Day {
  readonly seed: number;
  /** The index of the stand at the fair: each stand's staff have their own numbers. */
  readonly stand: number;
  readonly timeZone: string;
  readonly visits: readonly Visit[];
  readonly shifts: readonly Shift[];
  readonly deeds: readonly Deed[];
}

/** A visit for a coffee. */
export interface Visit extends VisitPlan {
  readonly at: number;
  /** The index of the guest: guests return, and some also visit the next stand. */
  readonly guest: number;
  /** How long (ms) after the visit they delete their data; in a later visit they are somebody new. */
  readonly forgets?: number;
  /** An admin deletes it at their request. */
  readonly byAdmin?: true;
  /** How long (ms) after the visit they sign out, on this device or everywhere. */
  readonly signsOut?: { readonly after: number; readonly where: "here" | "everywhere" };
}

/** A barista's working time. */
export interface Shift {
  readonly barista: number;
  readonly from: number;
  readonly to: number;
}

/** An owner's action during the day. */
export type Deed = { readonly at: number } & (
  | { readonly does: "close" | "open" }
  | { readonly does: "pause"; readonly minutes: 5 | 10 | 20 }
  | { readonly does: "set"; readonly settings: Readonly<Record<string, unknown>> }
  /** An invalid document directly in Cosmos DB: the last valid one stays in use. */
  | { readonly does: "spoil" }
  | { readonly does: "sell-out"; readonly drink: number }
  /** Recounts the figures while events are being counted. */
  | { readonly does: "recount" }
  /** Replays all events so far to all subscribers. */
  | { readonly does: "replay" }
  /** Closes the store for good, and restores it. */
  | { readonly does: "retire"; readonly lasts: number }
  /** Removes a drink from the menu, and restores it. */
  | { readonly does: "take-off"; readonly drink: number; readonly lasts: number }
  /** Moves the first drink of the menu to the end. */
  | { readonly does: "arrange" }
  /** Directly in Cosmos DB: a shared choice is sold out, or available again. */
  | { readonly does: "run-out"; readonly choice: number }
  /** Creates another store, with or without this one's menu. */
  | { readonly does: "make-store"; readonly copies: boolean }
  /** Signs out all devices of a barista, who later signs in again. */
  | { readonly does: "sign-out"; readonly barista: number; readonly lasts: number }
  /** Pairs a screen as a second display, and later removes it. */
  | { readonly does: "pair"; readonly lasts: number }
  /** Removes a barista's role, and later restores it. */
  | { readonly does: "dismiss"; readonly barista: number; readonly lasts: number }
);

/** A violated invariant, and the check that found it. */
export interface Wrong {
  readonly check: string;
  readonly says: string;
}
