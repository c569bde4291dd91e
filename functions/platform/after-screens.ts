import type { InvocationContext } from "@azure/functions";
import type { CremaEvent } from "../../contracts/events.ts";
import { allEnded } from "./all-ended.ts";

type Log = Pick<InvocationContext, "error" | "warn">;
type Work = (event: CremaEvent, log: Log) => Promise<void>;

const works: Work[] = [];

/**
 * Registers `work` for every event, after it was pushed to screens and in the same function, since each event function is an instance group of its own,
 * which is paid by the second. `work` delays no screen and no other event. If it throws, Event Grid delivers the event again, to the screens too. So
 * `work` must be idempotent, and should throw only if a retry is worth that.
 */
export function afterScreens(work: Work): void {
  works.push(work);
}

/** Runs all registered work. @throws AggregateError with all errors, after all have ended */
export async function tellAfterScreens(event: CremaEvent, log: Log): Promise<void> {
  await allEnded(works.map((work) => work(event, log)));
}
