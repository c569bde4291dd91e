import type { CremaEvent } from "../../../contracts/events.ts";
import type { OrderView } from "../../../contracts/order.ts";
import type { Day } from "../day.ts";
import type { Fair } from "../fair.ts";
import type { Played } from "../played.ts";
import type { World } from "../world.ts";

/** The input of a check. */
export interface Look {
  world: World;
  fair: Fair;
  day: Day;
  played: Played;
  orders: KeptOrder[];
  /** Events of this store's services, as stored in the outbox. */
  events: CremaEvent[];
  /** ms */
  now: number;
}

export interface KeptOrder extends OrderView {
  day: string;
  /** The input that it was started with. */
  start: { window?: string };
  waitsUntil?: string;
  callAt?: string;
}

/** Returns what is wrong, one sentence each; empty if all is well. */
export type Check = (look: Look) => string[] | Promise<string[]>;

/** The current state, directly from the database; events are read when a check first uses them. */
export function lookAt(world: World, fair: Fair, played: Played): Look {
  const { store, day } = played;
  let events: CremaEvent[] | undefined;
  return {
    world,
    fair,
    day,
    played,
    orders: world.documents<KeptOrder>("orders", store, "c.kind = 'order'"),
    // Most checks in the middle of a day need none.
    get events() {
      events ??= world.archived(store, ["orders", "codes", "catalog"]);
      return events;
    },
    now: world.azure.clock.now(),
  };
}

/** Order events, grouped by order, sorted by version. */
export function byOrder(events: readonly CremaEvent[]): Map<string, CremaEvent[]> {
  const own = events.filter(({ subject }) => subject.includes("/orders/"));
  const all = Map.groupBy(own, ({ subject }) => subject.split("/").at(-1) ?? "");
  for (const some of all.values()) some.sort((a, b) => Number(a.sequence) - Number(b.sequence));
  return all;
}
