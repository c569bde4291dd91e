import type { InvocationContext } from "@azure/functions";
import type { CremaEvent } from "../../contracts/events.ts";
import { allEnded } from "./all-ended.ts";

type Log = Pick<InvocationContext, "error" | "warn">;
type Work = (event: CremaEvent, log: Log) => Promise<void>;

const works: Work[] = [];

/**
 * Has `work` hear of every event once the screens were told of it, in the function that tells them: each event function is an instance group of its own that
 * is paid by the second. What it waits for keeps no screen waiting, and no other event. What it throws lets Event Grid tell the event again, to the screens
 * too: it should be able to ignore what it did already, and throw only where another try is worth that.
 */
export function afterScreens(work: Work): void {
  works.push(work);
}

/** Tells all those. @throws AggregateError of what they threw, when all have ended */
export async function tellAfterScreens(event: CremaEvent, log: Log): Promise<void> {
  await allEnded(works.map((work) => work(event, log)));
}
