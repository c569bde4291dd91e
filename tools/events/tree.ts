import type { CremaEvent } from "../../contracts/events.ts";

/**
 * The events as a tree, each beneath what led to it; among those of the same cause, in the order that they came in. One whose cause is not among them
 * begins a tree, and so does the first of those that lead to one another. Pure.
 */
export function treeOf(events: readonly CremaEvent[]): { event: CremaEvent; depth: number }[] {
  const ids = new Set(events.map(({ id }) => id));
  const isRoot = ({ id, causationid }: CremaEvent) =>
    causationid === undefined || causationid === id || !ids.has(causationid);
  const under = Map.groupBy(events, ({ causationid }) => causationid);
  const rows = new Map<string, { event: CremaEvent; depth: number }>();
  const add = (event: CremaEvent, depth: number) => {
    if (rows.has(event.id)) return;
    rows.set(event.id, { event, depth });
    for (const effect of under.get(event.id) ?? []) add(effect, depth + 1);
  };
  for (const event of events.filter(isRoot)) add(event, 0);
  for (const event of events) add(event, 0);
  return [...rows.values()];
}

/** Events in the order of their time; among those of one moment, what led to another comes before it. @param events in the order of their time already */
export async function* causesFirst(events: AsyncIterable<CremaEvent>): AsyncGenerator<CremaEvent> {
  let moment: CremaEvent[] = [];
  for await (const event of events) {
    if (moment.length > 0 && moment[0]?.time !== event.time) {
      yield* ordered(moment);
      moment = [];
    }
    moment.push(event);
  }
  yield* ordered(moment);
}

const ordered = (moment: CremaEvent[]) =>
  treeOf(moment.sort((a, b) => (a.id < b.id ? -1 : 1))).map(({ event }) => event);

/** The same of a list, in whatever order it is. */
export function inTime(events: readonly CremaEvent[]): CremaEvent[] {
  const moments = Map.groupBy(events, ({ time }) => time);
  return [...moments.keys()].sort().flatMap((time) => ordered(moments.get(time) ?? []));
}
