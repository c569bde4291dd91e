import type { FaultRule } from "../../local/faults/rules.ts";
import type { VisitPlan } from "../robots/visit-plan.ts";

/** A day at a stand, decided before it begins: what is played, made smaller and printed. All times are in ms of the stand's clock from its beginning. */
export interface Day {
  readonly seed: number;
  /** When it begins; ISO 8601, UTC. */
  readonly begins: string;
  readonly timeZone: string;
  /** Whether people act at the same moment: then threads decide who is first, and not every event is the same again. */
  readonly together: boolean;
  /** Nobody comes after. */
  readonly closes: number;
  readonly visits: readonly Visit[];
  readonly shifts: readonly Shift[];
  readonly deeds: readonly Deed[];
  readonly troubles: readonly Trouble[];
}

/** Somebody comes who wants a coffee. */
export interface Visit extends VisitPlan {
  readonly at: number;
  /** Which of the guests it is: they come again. */
  readonly guest: number;
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
  /** A barista is none any more, and after a while is one again. */
  | { readonly does: "dismiss"; readonly barista: number; readonly lasts: number }
);

/** What is not as it should be, and what found it. */
export interface Wrong {
  readonly check: string;
  readonly says: string;
}

/** What goes wrong. */
export type Trouble = { readonly at: number } & (
  | { readonly does: "fault"; readonly rule: FaultRule }
  /** The same, however often, for so many ms. */
  | { readonly does: "outage"; readonly rule: FaultRule; readonly lasts: number }
  /** The application's thread ends; the application is deployed anew; every screen loses its connection. */
  | { readonly does: "kill" | "deploy" | "drop" }
  /** From now on so many instances of the application are at work: the next comes before the last goes, which ends what it is at. */
  | { readonly does: "scale"; readonly to: 1 | 2 }
  /** The clock goes on with nobody doing anything. */
  | { readonly does: "jump"; readonly by: number }
);

/** Whether nothing goes wrong: then nobody meets an error, however many instances are at work. */
export const isCalm = ({ troubles }: Day): boolean => troubles.every(({ does }) => does === "scale");
