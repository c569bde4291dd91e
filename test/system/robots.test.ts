import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OrderView } from "../../contracts/order.ts";
import { type CrowdOptions, startCrowd } from "../../tools/robots/crowd.ts";
import { localInbox } from "../../tools/robots/inbox.ts";
import { endingOf, tableOf } from "../../tools/robots/table.ts";
import { MachineTime, SteppedTime } from "../../tools/robots/time.ts";
import { planVisit } from "../../tools/robots/visit-plan.ts";
import { people } from "../../tools/stand-options.ts";
import { Stand } from "./stand.ts";

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T08:01:00Z") });
});
afterAll(() => stand.close());

/** With this seed there is one of everything that people do within so few visits. */
const crowd = { customers: 12, anHour: 120, baristas: 2, visits: 45, seed: 386, makeRoom: false };

test("a small crowd of robots orders, meets no error, and what it tells adds up with the documents of its orders", async () => {
  const plans = Array.from({ length: crowd.visits }, (_, n) => planVisit(crowd.seed, n, crowd.anHour));
  const scanning = plans.filter(({ noPhone }) => !noPhone);
  const atCounter = plans.length - scanning.length;
  expect(atCounter).toBeGreaterThan(0);
  for (const when of ["choosing", "ordering", "waiting"])
    expect(scanning.some(({ loses }) => loses?.when === when)).toBe(true);
  for (const when of ["choosing", "waiting"]) expect(scanning.some(({ cancels }) => cancels?.when === when)).toBe(true);

  const { outcome, table } = await comes(crowd);
  const { ledger, orders = [] } = outcome;

  expect(ledger.errors, table).toEqual([]);
  expect(ledger.visits).toBe(crowd.visits);
  expect([...ledger.pranks.keys()].sort()).toEqual([
    "lost the network",
    "mistyped the code",
    "scanned an old code",
    "tapped twice",
    "took back: cancel",
    "took back: collect",
    "took back: ready",
  ]);
  // Every visit came to an order or is told why not, and every order is counted once.
  const away = [...ledger.left.values()].reduce((sum, many) => sum + many, 0);
  expect(ledger.orders.size + away, table).toBe(crowd.visits);
  const documents = await ordersKept();
  expect(orders.map(({ id }) => id).sort()).toEqual(documents.map(({ id }) => id).sort());
  const byEnding = Map.groupBy(documents, endingOf);
  expect(documents.filter(({ counter }) => counter !== undefined)).toHaveLength(atCounter);
  for (const [ending, { length }] of byEnding) expect(table).toMatch(new RegExp(`${ending} +${length}\n`));
  expect([...byEnding.values()].flat()).toHaveLength(ledger.orders.size);
  expect(byEnding.get("expired: customer")).toHaveLength(
    scanning.filter(({ dawdles }) => dawdles === undefined).length,
  );
  // Whoever the bar cancelled by mistake may have left by then.
  const left = [...(byEnding.get("ready, not fetched") ?? []), ...(byEnding.get("uncollected") ?? [])];
  expect(left.length).toBeGreaterThanOrEqual(plans.filter(({ comes }) => comes === undefined).length);
  const recalled = documents.flatMap(({ recalled = [] }) => recalled.map(({ from }) => from));
  expect(new Set(recalled)).toEqual(new Set(["ready", "collected", "cancelled"]));

  // And when all have gone, nothing is left of them.
  expect(await stand.active()).toBe(0);
  expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
  await stand.advance("1 min");
  expect([...stand.azure.durable.instances()].filter(({ status }) => status !== "Completed")).toEqual([]);
});

test("who is no robot and orders at their stand gets their coffee too", async () => {
  const [guest, display] = [await stand.person("+12065550199"), await stand.display()];
  const id = await stand.scan(guest, display);
  await guest.command(id, "submit", { drinkId: "drink:latte" });
  await stand.settle();
  const { outcome } = await comes({ ...crowd, visits: 4, anHour: 40, seed: 5 });
  expect(outcome.ledger.errors).toEqual([]);
  expect(await stand.order(guest, id)).toMatchObject({ state: "collected", barista: { name: expect.any(String) } });
});

test("what stands in the way of a crowd is told by its end alone, and whoever stops it before it begins is told so", async () => {
  const time = new MachineTime();
  const place = {
    address: { api: stand.api, store: stand.storeId },
    inbox: localInbox(stand.azure.sms.inboxUrl),
    time,
  };
  const nobody = startCrowd({ ...crowd, makeRoom: true }, { ...place, people: [], stop: new AbortController().signal });
  await expect(nobody.ended).rejects.toThrow("No admin of the stand is known");
  // Their codes were asked for a moment ago, so that they have to wait.
  for (const { phone } of people) await stand.person(phone).catch(() => undefined);
  const stopped = await startCrowd(crowd, { ...place, people, stop: AbortSignal.abort() }).ended;
  expect(tableOf(stopped)).toMatch(/^It ended before anybody came\n[\s\S]*Errors: none/);
});

/** Lets a crowd come and go, with time moved on from one thing to the next. */
async function comes(options: CrowdOptions) {
  const time = new SteppedTime({
    now: () => stand.azure.clock.now(),
    advance: (milliseconds) => stand.advance(milliseconds),
    settle: () => stand.settle(),
  });
  const inbox = localInbox(stand.azure.sms.inboxUrl, (work) => time.during(work));
  const address = { api: stand.api, store: stand.storeId };
  const stop = new AbortController().signal;
  const outcome = await time.run(startCrowd(options, { address, people, inbox, time, stop }).ended);
  return { outcome, table: tableOf(outcome) };
}

/** The documents themselves. */
async function ordersKept(): Promise<OrderView[]> {
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  try {
    const orders = client.database("crema").container("orders");
    return (await orders.items.query<OrderView>("SELECT * FROM c WHERE c.kind = 'order'").fetchAll()).resources;
  } finally {
    client.dispose();
  }
}
