import type { CremaEvent } from "../../contracts/events.ts";
import { batches } from "../../functions/outbox/send.ts";
import { outgoing } from "../../functions/platform/outgoing.ts";
import type { Stand } from "./stand.ts";

type Outgoing = Parameters<Stand["topic"]["send"]>[0];

/** Publishes events as the outbox does: in order, in batches of a size that Event Grid accepts. @throws Error with Event Grid's response */
export async function publish({ topic, name }: Pick<Stand, "topic" | "name">, events: CremaEvent[]): Promise<void> {
  for (const batch of batches(events)) {
    try {
      await topic.send(batch.map(outgoing) as Outgoing);
    } catch (error) {
      const { statusCode, message } = error as { statusCode?: number; message: string };
      const right = "the right to publish there is the role EventGrid Data Sender (docs/security.md)";
      throw new Error(
        statusCode === 401 || statusCode === 403
          ? `Event Grid of ${name} answered ${statusCode}: ${right}.`
          : `Event Grid of ${name} took no event: ${message.split("\n")[0]}`,
      );
    }
  }
}
