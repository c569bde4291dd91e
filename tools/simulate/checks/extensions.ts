import { isNobody } from "../../../contracts/nobody.ts";
import { extensionSettings, extensionsOf } from "../applications.ts";
import { byOrder, type Check, type Look } from "./look.ts";
import { isOfExit, isUnderWay } from "./workflows.ts";

/**
 * The extensions' data matches the orders: each coffee is counted once, congratulated customers have had as many, and the robot has recorded what it
 * began.
 */
export const extensions: Check = (look) =>
  extensionsOf(look.fair.extensions).flatMap(({ name }) => checks[name]?.(look) ?? []);

/** By name, since nothing imports an extension: a missing one is not checked. */
const checks: Readonly<Record<string, (look: Look) => string[]>> = { tally, regulars, "barista-robot": robot };

/** The orders that were ready, once or more often. */
function made({ events, orders }: Look): Look["orders"] {
  const told = byOrder(events);
  return orders.filter(({ id }) => told.get(id)?.some(({ type }) => type === "crema.order.ready.v1"));
}

function tally(look: Look): string[] {
  const { world, played } = look;
  type Day = { coffees: number; drinks: Record<string, { count: number }> };
  const days = world.documents<Day>("tally", played.store, "c.kind = 'day'");
  const coffees = days.reduce((sum, day) => sum + day.coffees, 0);
  const drinks = days.flatMap((day) => Object.values(day.drinks)).reduce((sum, { count }) => sum + count, 0);
  const are = made(look).length;
  return coffees === are && drinks === are
    ? []
    : [`The tally has ${coffees} coffees, ${drinks} by their drinks, and ${are} orders were ready.`];
}

function regulars(look: Look): string[] {
  const { world, played, events } = look;
  const own = Map.groupBy(
    made(look).filter(({ counter }) => !counter),
    ({ customerId }) => customerId,
  );
  const kept = world.documents<{ id: string; count: number }>("regulars", played.store, "c.kind = 'customer'");
  const counts = new Map(kept.map(({ id, count }) => [id.slice("customer:".length), count]));
  const wrong: string[] = [];
  for (const customer of new Set([...own.keys(), ...counts.keys()])) {
    // A forgotten customer is no regular.
    const are = isNobody(customer) ? 0 : (own.get(customer)?.length ?? 0);
    const count = counts.get(customer) ?? 0;
    // A late event of a forgotten customer is counted, and deleted two days later.
    if (look.played.forgotten.asked.has(customer)) continue;
    if (count !== are) wrong.push(`Customer ${customer} is said to have had ${count} coffees, and had ${are}.`);
    const told = events.filter(
      ({ type, data }) =>
        type === "crema.notice.published.v1" && JSON.stringify(data.notice.audience) === JSON.stringify({ customer }),
    );
    const times = new Set(told.map(({ data }) => (data as { notice: { id: string } }).notice.id)).size;
    const most = Math.floor(are / Number(extensionSettings.REGULARS_EVERY));
    if (times > most) wrong.push(`Customer ${customer} was congratulated ${times} times for ${are} coffees.`);
  }
  return wrong;
}

function robot({ world, fair, played, orders }: Look): string[] {
  const wrong: string[] = [];
  for (const { id } of orders) {
    const own = world.azure.durable.instance(`barista-robot-${id}`);
    if (own && isUnderWay(own)) wrong.push(`The robot is still at order ${id}.`);
  }
  type Hands = { holds?: { orderId: string }; waiting: { orderId: string }[] };
  // The place of a workflow that was ended falls to the next one when its order's time is over.
  const lapses = ({ orderId }: { orderId: string }): boolean => {
    const own = world.azure.durable.instance(`barista-robot-${orderId}`);
    return own !== undefined && isOfExit(fair, own);
  };
  for (const { holds, waiting } of world.documents<Hands>("barista-robot", played.store, "c.kind = 'hands'")) {
    if (holds && !lapses(holds)) wrong.push(`The robot still has order ${holds.orderId} in its hands.`);
    for (const each of waiting)
      if (!lapses(each)) wrong.push(`Order ${each.orderId} still waits for the robot's hands.`);
  }
  return wrong;
}
