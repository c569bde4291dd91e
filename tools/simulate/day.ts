import type { VisitPlan } from "../robots/visit-plan.ts";

/** A day at one stand. */
export interface Day {
  readonly seed: number;
  /** Which stand of the fair: who works there has numbers of their own. */
  readonly stand: number;
  readonly timeZone: string;
  readonly visits: readonly Visit[];
  readonly shifts: readonly Shift[];
  readonly deeds: readonly Deed[];
}

/** Somebody comes who wants a coffee. */
export interface Visit extends VisitPlan {
  readonly at: number;
  /** Which of the guests it is: they come again, and some go to the next stand, too. */
  readonly guest: number;
  /** So long (ms) after it they have all deleted that is held of them; who comes again is somebody new. */
  readonly forgets?: number;
  /** An admin does it for them, whom they ask. */
  readonly byAdmin?: true;
  /** So long (ms) after it they sign out, on this device or on all that they have. */
  readonly signsOut?: { readonly after: number; readonly where: "here" | "everywhere" };
}

/** A barista is at work. */
export interface Shift {
  readonly barista: number;
  readonly from: number;
  readonly to: number;
}

/** What an owner does in the middle of it. */
export type Deed = { readonly at: number } & (
  | { readonly does: "close" | "open" }
  | { readonly does: "pause"; readonly minutes: 5 | 10 | 20 }
  | { readonly does: "set"; readonly settings: Readonly<Record<string, unknown>> }
  /** Straight in Cosmos DB, and wrong: the last good one stays. */
  | { readonly does: "spoil" }
  | { readonly does: "sell-out"; readonly drink: number }
  /** Figures are counted anew while they are counted. */
  | { readonly does: "recount" }
  /** All that was told so far is told again, to all who can hear it. */
  | { readonly does: "replay" }
  /** The store is closed for good, and brought back. */
  | { readonly does: "retire"; readonly lasts: number }
  /** A drink is off the menu, and on it again. */
  | { readonly does: "take-off"; readonly drink: number; readonly lasts: number }
  /** What is first on the menu is last. */
  | { readonly does: "arrange" }
  /** Straight in Cosmos DB: a choice that drinks share is sold out, or is there again. */
  | { readonly does: "run-out"; readonly choice: number }
  /** Another store is made, with this one's menu or none. */
  | { readonly does: "make-store"; readonly copies: boolean }
  /** All devices of a barista are signed out, and after a while they sign in again. */
  | { readonly does: "sign-out"; readonly barista: number; readonly lasts: number }
  /** A screen is paired as a second display, and after a while is none any more. */
  | { readonly does: "pair"; readonly lasts: number }
  /** A barista is none any more, and after a while is one again. */
  | { readonly does: "dismiss"; readonly barista: number; readonly lasts: number }
);

/** What is not as it should be, and what found it. */
export interface Wrong {
  readonly check: string;
  readonly says: string;
}
