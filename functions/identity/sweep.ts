import type { InvocationContext } from "@azure/functions";
import { allEnded } from "../platform/all-ended.ts";
import type { SessionDocument } from "../platform/caller.ts";
import { container } from "../platform/clients.ts";
import { type DeletionDocument, deletionsDue, sweepDeletion } from "./deletion.ts";
import { type ReachDocument, reachesOver, sweepReach } from "./reach.ts";
import { sessionsOver, sweepSession } from "./sessions.ts";

/** The work of each minute. One query finds all of it, since usually there is none. A failure does not stop the rest. */
export async function sweepIdentity(context: Pick<InvocationContext, "warn">): Promise<void> {
  const query = `SELECT * FROM c WHERE ${sessionsOver} OR ${deletionsDue} OR ${reachesOver}`;
  const parameters = [{ name: "@now", value: new Date().toISOString() }];
  const { items } = await container("identity");
  const { resources } = await items.query<Swept>({ query, parameters }).fetchAll();
  await allEnded(resources.map((one) => sweep(one, context)));
}

type Swept = SessionDocument | DeletionDocument | ReachDocument;

function sweep(one: Swept, context: Pick<InvocationContext, "warn">): Promise<void> {
  if (one.kind === "session") return sweepSession(one);
  return one.kind === "reach" ? sweepReach(one) : sweepDeletion(one, context);
}
