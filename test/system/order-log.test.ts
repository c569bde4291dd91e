import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JourneyReply } from "../../contracts/http.ts";
import type { FaultyRequest } from "../../local/cosmos/index.ts";
import { createLog, type LogEntry } from "../../local/kernel/log.ts";
import type { Person } from "./person.ts";
import { Stand } from "./stand.ts";

const entries: LogEntry[] = [];
let stand: Stand;
let barista: Person;
let display: Person;
let client: CosmosClient;

beforeAll(async () => {
  const log = createLog((entry) => void entries.push(entry), "info");
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z"), log });
  [barista, display] = [await stand.barista(), await stand.display()];
  client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
});
afterAll(async () => {
  client?.dispose();
  await stand?.close();
});

const latte = { drinkId: "drink:latte", options: { milk: ["oat"] } };
const orders = () => client.database("crema").container("orders");

/** Makes requests to Cosmos DB fail while `work` is done, more often than the client tries again. */
async function withoutDatabase(matching: (request: FaultyRequest) => boolean, work: () => Promise<unknown>) {
  const undo = stand.azure.cosmos.faults.next({ kind: "unavailable", times: 1000, matching });
  try {
    await work();
  } finally {
    undo();
  }
}

const manage = (id: string, what: string, method = "POST") =>
  fetch(
    `${stand.azure.functions?.origin}/runtime/webhooks/durabletask/instances/${id}${what}?code=${stand.azure.durable.systemKey}`,
    { method },
  );

/** The trace of an order, as its story tells it. */
async function traceOf(customer: Person, id: string): Promise<string> {
  const { steps } = await customer.get<JourneyReply>(`/orders/${id}/journey`);
  return steps[0]?.event?.trace ?? "none";
}

test("every line of the log about an order tells its trace, whatever goes wrong with it", async () => {
  const onBatch = ({ operation, container }: FaultyRequest) => operation === "batch" && container === "orders";
  const onOrder = ({ container, id }: FaultyRequest) => container === "orders" && id?.length === 36;
  const onFigures = ({ container }: FaultyRequest) => container === "insights";
  const [customer, other] = [await stand.person(), await stand.person()];

  // An activity fails, and is tried again.
  let id = "";
  await withoutDatabase(onBatch, async () => {
    id = await stand.scan(customer, display);
  });
  await stand.advance("5 s");
  await customer.command(id, "submit", latte);
  await stand.settle();
  // Routes fail: one that cannot write the order, and one that cannot even read it.
  await withoutDatabase(onBatch, () => expect(barista.command(id, "claim")).rejects.toThrow("503"));
  await withoutDatabase(onOrder, () => expect(barista.get(`/orders/${id}`)).rejects.toThrow("503"));
  // Of another, the workflow is gone when an event for it comes.
  const second = await stand.scan(other, display);
  await other.command(second, "submit", latte);
  await stand.settle();
  for (const each of [id, second]) {
    await manage(each, "/terminate");
    await stand.settle();
    await manage(each, "", "DELETE");
  }
  await barista.command(second, "ready");
  await stand.settle();
  // The sweep fails, then it helps; then what counts the end fails.
  await withoutDatabase(onOrder, () => stand.advance("17 min"));
  await withoutDatabase(onFigures, () => stand.advance("1 min"));
  await stand.advance("2 min");
  // What the outbox finds is no event.
  const { resource } = await orders().item(`${id}-1`, "main").read();
  await orders().items.create({
    ...resource,
    id: `${id}-x`,
    event: { ...resource.event, type: "crema.order.lost.v1" },
  });
  await stand.settle();

  const traces = [await traceOf(customer, id), await traceOf(other, second)];
  expect(traces.join()).toMatch(/^[0-9a-f]{32},[0-9a-f]{32}$/);
  // What the services themselves write is not in the application's log on Azure.
  const lines = entries.filter(({ part, level, message, fields }) => {
    const text = JSON.stringify({ message, fields });
    const isAboutThem = [id, second, ...traces].some((known) => text.includes(known));
    return part.startsWith("functions") && (isAboutThem || level === "error" || level === "warn");
  });
  // Before the order was read nobody knows its trace; the line names the order, whose story has it.
  const unread = lines.filter(({ message }) => !traces.some((trace) => message.includes(trace)));
  expect(unread).toMatchObject([{ part: "functions/orders-one", message: expect.stringContaining(`Order ${id}:`) }]);
  for (const [what, trace] of [
    ["Function orders-admit failed", traces[0]],
    [`Order ${id}: Error: Batch request error`, traces[0]],
    ["What workflows could not take is told again", traces[1]],
    [`The sweep could not help order ${id}`, traces[0]],
    [`Past its deadline and still queued: order ${id}`, traces[0]],
    ["What insights could not take is told again", traces[0]],
    ['{"crema":"order-ended"', traces[0]],
    [`Document ${id}-x of orders holds no valid event`, traces[0]],
  ] as const) {
    const found = lines.find(({ message }) => message.startsWith(what));
    expect(found?.message, what).toContain(trace);
  }
  const ended = lines.find(({ message }) => message.startsWith('{"crema"'))?.message ?? "";
  expect(JSON.parse(ended)).toMatchObject({ order: id, trace: traces[0] });
});
