import type { CremaEvent } from "../../../contracts/events.ts";
import type { OrderView } from "../../../contracts/order.ts";
import type { Day } from "../day.ts";
import type { Fair } from "../fair.ts";
import type { Played } from "../played.ts";
import type { World } from "../world.ts";

/** All that a check looks at. */
export interface Look {
  world: World;
  fair: Fair;
  day: Day;
  played: Played;
  orders: KeptOrder[];
  /** Told by services of this store, as they lie in the outbox. */
  events: CremaEvent[];
  /** ms */
  now: number;
}

export interface KeptOrder extends OrderView {
  day: string;
  /** What it was begun with. */
  start: { window?: string };
  waitsUntil?: string;
  callAt?: string;
}

/** Says what is not as it should be, one sentence each; none where all is well. */
export type Check = (look: Look) => string[] | Promise<string[]>;

/** What is to be looked at now, straight out of the database; events are read when a check first asks. */
export function lookAt(world: World, fair: Fair, played: Played): Look {
  const { store, day } = played;
  let events: CremaEvent[] | undefined;
  return {
    world,
    fair,
    day,
    played,
    orders: world.documents<KeptOrder>("orders", store, "c.kind = 'order'"),
    // Most looks in the middle of a day ask for none.
    get events() {
      events ??= world.archived(store, ["orders", "codes", "catalog"]);
      return events;
    },
    now: world.azure.clock.now(),
  };
}

/** Events of orders, by order, in the order of their versions. */
export function byOrder(events: readonly CremaEvent[]): Map<string, CremaEvent[]> {
  const own = events.filter(({ subject }) => subject.includes("/orders/"));
  const all = Map.groupBy(own, ({ subject }) => subject.split("/").at(-1) ?? "");
  for (const some of all.values()) some.sort((a, b) => Number(a.sequence) - Number(b.sequence));
  return all;
}
