import type { CremaEvent } from "../../../contracts/events.ts";
import { nobodyOf } from "../../../contracts/nobody.ts";
import { hour } from "../../robots/habits.ts";
import type { World } from "../world.ts";
import type { Look } from "./look.ts";

/** Services are told of a deletion twice; by then what was late the first time is gone as well. */
const toldTwiceWithin = 50 * hour;

/**
 * Everybody who asked has been told of, and of whoever was told that they are forgotten nothing is left, in whatever document: at once, or once what came late was
 * deleted, too, for which it goes on for two days.
 */
export async function forgotten(looks: readonly Look[]): Promise<string[]> {
  const world = looks[0]?.world;
  if (world === undefined) return [];
  const waiting = world.deletions("c.told = 0").length;
  if (waiting > 0) return [`${waiting} who asked to be forgotten are not yet.`];
  const asked = looks.flatMap(({ played }) => [...played.forgotten.asked]);
  const customers = asked.flatMap(([customer, done]) => (done ? [customer] : []));
  if (leftOf(customers, world).length > 0) await world.azure.advance(toldTwiceWithin);
  return leftOf(customers, world);
}

function leftOf(customers: readonly string[], world: World): string[] {
  if (customers.length === 0) return [];
  const documents = world.everything();
  return customers.flatMap((customer) =>
    documents
      .filter(({ id, text }) => id !== `deletion:${customer}` && text.includes(customer))
      .map(({ container, id }) => `Customer ${customer} is forgotten, and is in ${id} of ${container}.`),
  );
}

/** An event as it is told once who it names is forgotten: their id is one that nobody has. Whoever asked may have been, also where the answer was lost. */
export function withoutForgotten({ asked }: Look["played"]["forgotten"], event: CremaEvent): CremaEvent {
  const customer = customerIn(event);
  if (customer === undefined || !asked.has(customer)) return event;
  const order = event.subject.includes("/orders/") ? event.subject.split("/").at(-1) : orderIn(event);
  return JSON.parse(JSON.stringify(event).replaceAll(`"${customer}"`, `"${nobodyOf(order ?? "")}"`)) as CremaEvent;
}

function customerIn({ data }: CremaEvent): string | undefined {
  const { order, customerId } = data as { order?: { customerId?: string }; customerId?: string };
  return order?.customerId ?? customerId;
}

const orderIn = ({ data }: CremaEvent) => (data as { orderId?: string }).orderId;
