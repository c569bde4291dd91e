import type { FaultRule } from "../../local/faults/rules.ts";
import type { Choice } from "./applications.ts";
import type { Day } from "./day.ts";

/**
 * Several stands with a day each: one application, one clock, the same hours and the same faults. All of it is planned before it begins, so it can be
 * played, shrunk and printed.
 * All times are in ms of the clock from its beginning.
 */
export interface Fair {
  readonly seed: number;
  /** When it begins; ISO 8601, UTC. */
  readonly begins: string;
  /** People act at multiples of this many ms of the clock, and so at the same moment; 1 if everybody acts at their own time. */
  readonly beat: number;
  /** When the last guest may come. */
  readonly closes: number;
  /** The extensions in use. */
  readonly extensions: Choice;
  readonly stands: readonly Day[];
  readonly troubles: readonly Trouble[];
}

/** The faults, for all stands. */
export type Trouble = { readonly at: number } & (
  | { readonly does: "fault"; readonly rule: FaultRule }
  /** The same fault for this many ms, however often. */
  | { readonly does: "outage"; readonly rule: FaultRule; readonly lasts: number }
  /** Ends an instance; deploys the application again; closes every screen's connection. */
  | { readonly does: "kill" | "deploy" | "drop" }
  /** Ends the application's process alone, and with it each `every`th workflow, as if it had a turn in it. */
  | { readonly does: "exit"; readonly every: number }
  /** Changes the number of the application's instances: a new one starts before the last one stops, which aborts its work. */
  | { readonly does: "scale"; readonly to: 1 | 2 }
  /** Moves the clock without any activity. */
  | { readonly does: "jump"; readonly by: number }
);

/** Whether there are no faults: then nobody gets an error, however many instances there are. */
export const isCalm = ({ troubles }: Fair): boolean => troubles.every(({ does }) => does === "scale");
