import type { CremaEvent } from "../../../contracts/events.ts";
import { nobodyOf } from "../../../contracts/nobody.ts";
import { hour } from "../../robots/habits.ts";
import type { Forgotten } from "../forgotten.ts";
import type { World } from "../world.ts";
import type { Look } from "./look.ts";

/** Services are told of a deletion twice; by the second time, data that arrived late is deleted as well. */
const toldTwiceWithin = 50 * hour;

/**
 * Every deletion request has been announced, and nothing is left of a customer who was told that they are forgotten, in any document: nothing from
 * before the announcement and, two days later, nothing that arrived late. The check moves time on until then.
 */
export async function forgotten(looks: readonly Look[]): Promise<string[]> {
  const [first] = looks;
  if (first === undefined) return [];
  const { world, played } = first;
  const waiting = world.deletions("c.told = 0").length;
  if (waiting > 0) return [`${waiting} who asked to be forgotten are not yet.`];
  const customers = [...played.forgotten.asked].flatMap(([customer, done]) => (done ? [customer] : []));
  const left = leftOf(customers, world);
  // The note of the deletion was last written after the announcement.
  const toldAt = new Map(world.deletions("true").map(({ customerId, _ts }) => [customerId, _ts]));
  const kept = left.filter(({ customer, since }) => since <= (toldAt.get(customer) ?? 0));
  if (kept.length > 0 || left.length === 0) return kept.map(said);
  await world.azure.advance(toldTwiceWithin);
  return leftOf(customers, world).map(said);
}

interface Left {
  customer: string;
  container: string;
  id: string;
  /** When it was written, in seconds since the epoch. */
  since: number;
}

const said = ({ customer, container, id }: Left) =>
  `Customer ${customer} is forgotten, and is in ${id} of ${container}.`;

function leftOf(customers: readonly string[], world: World): Left[] {
  if (customers.length === 0) return [];
  const documents = world.everything();
  return customers.flatMap((customer) =>
    documents
      .filter(({ id, text }) => id !== `deletion:${customer}` && text.includes(customer))
      .map(({ container, id, since }) => ({ customer, container, id, since })),
  );
}

/** An event with the ids replaced, as after its customer was forgotten. A request may have succeeded even if its response was lost. */
export function withoutForgotten({ asked }: Pick<Forgotten, "asked">, event: CremaEvent): CremaEvent {
  // Of an order, or of a scan.
  const { order, customerId = order?.customerId, orderId = order?.id } = event.data as Named;
  if (customerId === undefined || orderId === undefined || !asked.has(customerId)) return event;
  return JSON.parse(JSON.stringify(event).replaceAll(`"${customerId}"`, `"${nobodyOf(orderId)}"`)) as CremaEvent;
}

interface Named {
  order?: { id: string; customerId?: string };
  orderId?: string;
  customerId?: string;
}
