import type { Listener, Person } from "../../test/system/person.ts";
import { Stand } from "../../test/system/stand.ts";
import { type Line, listed } from "./listed.ts";

/** Five past twelve in Berlin. */
const noon = Date.parse("2026-06-15T10:05:30Z");
const latte = { drinkId: "drink:latte", options: { milk: ["oat"] } };

/** The operations of an order, from the scan to the counter, among `atOnce` concurrent ones. */
export interface Rush {
  atOnce: number;
  orders: number;
  cosmosRequests: number;
  /** The part of these that are point reads. */
  reads: number;
  requestUnits: number;
  executions: number;
  gridOperations: number;
  pushCalls: number;
  pushMessages: number;
  /** All operations by kind, for all orders together. */
  lines: Line[];
}

/**
 * Runs orders on the local Azure: `times` crowds of `atOnce` new customers who take each step together, with all screens connected. All functions are
 * one process there; on Azure, HTTP functions, workflows and event functions are separate instances, which share less.
 */
export async function rush(atOnce = 50, times = 2): Promise<Rush> {
  const stand = await Stand.open({ heldAt: noon });
  const screens: Listener[] = [];
  const listen = async (person: Person) => screens.push(await person.listen());
  const crowd = async () => {
    const customers: Person[] = [];
    for (let n = 0; n < atOnce; n++) customers.push(await stand.person());
    await Promise.all(customers.map(listen));
    return customers;
  };
  try {
    const [admin, barista, display] = [await stand.admin(), await stand.barista(), await stand.display()];
    await stand.configure(admin, { capacity: 1000, scansPerCode: 1000, codeMinutes: 60 });
    await Promise.all([listen(barista), listen(display)]);
    const { code } = await display.get<{ code: string }>("/code");
    const crowds: Person[][] = [];
    for (let n = 0; n <= times; n++) crowds.push(await crowd());
    const serve = async (customers: Person[]) => {
      const ids = new Map<Person, string>();
      const all = async (step: (customer: Person, order: string) => Promise<unknown>) => {
        await Promise.all(customers.map((customer) => step(customer, ids.get(customer) ?? "")));
        await stand.settle();
      };
      await all(async (customer) => {
        const { orderId } = await customer.post<{ orderId: string }>("/scans", { code });
        ids.set(customer, orderId);
      });
      await all((customer, id) => customer.command(id, "submit", latte));
      for (const command of ["claim", "ready", "collect"]) await all((_, id) => barista.command(id, command));
    };
    const [first = [], ...others] = crowds;
    // Warms up caches before the measurement.
    await serve(first);
    const { recorder } = stand.azure;
    const from = recorder.newest;
    const before = reading(stand);
    for (const customers of others) await serve(customers);
    const after = reading(stand);
    const orders = atOnce * times;
    const lines = listed(recorder, from);
    const figures = Object.entries(after).map(([name, value]) => [
      name,
      (value - before[name as keyof typeof before]) / orders,
    ]);
    const reads = lines.reduce((sum, { what, times }) => sum + (what.startsWith("cosmos: read ") ? times : 0), 0);
    return {
      atOnce,
      orders,
      reads: reads / orders,
      lines,
      ...(Object.fromEntries(figures) as ReturnType<typeof reading>),
    };
  } finally {
    for (const screen of screens) screen.close();
    await stand.close();
  }
}

function reading({ azure }: Stand) {
  const { operations, advancedMatches } = azure.eventGrid.meters;
  const { requests: cosmosRequests, requestUnits } = azure.cosmos.meters;
  const { requests: pushCalls, messagesOut: pushMessages } = azure.webPubSub.meters;
  const executions = Object.values(azure.functions?.meters.executions ?? {}).reduce((sum, times) => sum + times, 0);
  return {
    cosmosRequests,
    requestUnits,
    executions,
    gridOperations: operations + advancedMatches,
    pushCalls,
    pushMessages,
  };
}
