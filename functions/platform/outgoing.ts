import type { CremaEvent } from "../../contracts/events.ts";
import type { eventGrid } from "./clients.ts";

/** What the client of Event Grid takes. */
export type Outgoing = Parameters<Awaited<ReturnType<typeof eventGrid>>["send"]>[0];

/** An event in the form that the client sends: extension attributes apart from those of CloudEvents itself. */
export function outgoing(event: CremaEvent) {
  const { specversion: _, id, type, source, subject, time, datacontenttype, data, ...extensionAttributes } = event;
  return {
    id,
    type,
    source,
    subject,
    time: new Date(time),
    datacontenttype: datacontenttype ?? "application/json",
    data,
    extensionAttributes,
  };
}
