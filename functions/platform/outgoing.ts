import type { CremaEvent } from "../../contracts/events.ts";
import type { eventGrid } from "./clients.ts";

/** The events as the Event Grid client accepts them. */
export type Outgoing = Parameters<Awaited<ReturnType<typeof eventGrid>>["send"]>[0];

/** Converts an event to the client's format, which keeps extension attributes apart from those of CloudEvents. */
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
