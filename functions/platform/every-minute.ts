import type { InvocationContext } from "@azure/functions";
import { app, type DurableClient } from "durable-functions";
import { allEnded } from "./all-ended.ts";

type Work = (client: DurableClient, context: InvocationContext) => Promise<void>;

const works: Work[] = [];

/**
 * Registers `work` to run each minute. All services share one timer function, since each timer function is an instance group of its own, which is paid
 * by the second. Work that fails runs again a minute later, and does not stop the other work.
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
