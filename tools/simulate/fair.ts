import type { FaultRule } from "../../local/faults/rules.ts";
import type { Choice } from "./applications.ts";
import type { Day } from "./day.ts";

/**
 * Stands side by side, each with its own day: one application, one clock, the same hours and the same that goes wrong. Decided before it begins: what is played, made smaller and printed.
 * All times are in ms of the clock from its beginning.
 */
export interface Fair {
  readonly seed: number;
  /** When it begins; ISO 8601, UTC. */
  readonly begins: string;
  /** People act at multiples of so many ms of the clock, and so at the same moment; 1 where each acts at a time of their own. */
  readonly beat: number;
  /** Nobody comes after. */
  readonly closes: number;
  /** Which are at work. */
  readonly extensions: Choice;
  readonly stands: readonly Day[];
  readonly troubles: readonly Trouble[];
}

/** What goes wrong, for all of them. */
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
export const isCalm = ({ troubles }: Fair): boolean => troubles.every(({ does }) => does === "scale");
