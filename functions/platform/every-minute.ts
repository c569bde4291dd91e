import type { InvocationContext } from "@azure/functions";
import { app, type DurableClient } from "durable-functions";
import { allEnded } from "./all-ended.ts";

type Work = (client: DurableClient, context: InvocationContext) => Promise<void>;

const works: Work[] = [];

/**
 * Has `work` done each minute, beside that of the other services. All share one function, since each timer function is an instance group of its
 * own that is paid by the second. What fails is tried again a minute later, and keeps nothing else from its turn.
 */
export function everyMinute(work: Work): void {
  works.push(work);
  if (works.length > 1) return;
  app.client.timer("every-minute", {
    schedule: "0 * * * * *",
    handler: async (_timer, client, context) => {
      await allEnded(works.map((each) => each(client, context)));
    },
  });
}
