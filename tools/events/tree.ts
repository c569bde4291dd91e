import type { CremaEvent } from "../../contracts/events.ts";

/**
 * The events as a tree, each below its cause; those with the same cause in their original order. An event whose cause is missing is a root, and so is
 * the first one of a cycle. Pure.
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

/** Events sorted by time; at the same moment, a cause comes before its effect. @param events sorted by time already */
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

/** The same for an unsorted list. */
export function inTime(events: readonly CremaEvent[]): CremaEvent[] {
  const moments = Map.groupBy(events, ({ time }) => time);
  return [...moments.keys()].sort().flatMap((time) => ordered(moments.get(time) ?? []));
}
