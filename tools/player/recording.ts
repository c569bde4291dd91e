import { basename } from "node:path";
import { type CremaEvent, storeOf } from "../../contracts/events.ts";
import { eventsIn } from "../events/event-file.ts";

/** Skipped events of a type that this stand does not know: of a newer version, or of a type that was removed. */
export interface PassedOver {
  type: string;
  count: number;
  /** The location of the first one: `file:line`. */
  first: string;
}

/** The events of a stand, as `npm run events -- export` writes them. */
export interface Recording {
  /** Its name, for display. */
  name: string;
  storeId: string;
  /** In chronological order; at least one. */
  events: readonly CremaEvent[];
  /** The times of the first and the last event, in ms since the epoch. */
  begins: number;
  ends: number;
  passedOver: readonly PassedOver[];
}

/** Reads a whole recording. @throws Error that says what is wrong with the file, and on which line */
export async function readRecording(file: string): Promise<Recording> {
  const unknown = new Map<string, PassedOver>();
  const passOver = (type: string, first: string) => {
    const known = unknown.get(type);
    unknown.set(type, known ? { ...known, count: known.count + 1 } : { type, count: 1, first });
  };
  const events: CremaEvent[] = [];
  const stores = new Map<string, CremaEvent>();
  for await (const event of eventsIn(file, passOver)) {
    events.push(event);
    const storeId = storeOf(event.subject);
    if (!stores.has(storeId)) stores.set(storeId, event);
  }
  const [first, last] = [events[0], events.at(-1)];
  const [storeId, ...others] = stores.keys();
  if (first === undefined || last === undefined || storeId === undefined)
    throw new Error(`${file} tells of no event: there is nothing to play.`);
  if (others.length > 0)
    throw new Error(`${file} tells of several stores, ${[storeId, ...others].join(", ")}; a recording is of one.`);
  const [begins, ends] = [Date.parse(first.time), Date.parse(last.time)];
  return { name: basename(file), storeId, events, begins, ends, passedOver: [...unknown.values()] };
}
