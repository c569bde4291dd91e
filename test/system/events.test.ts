import { afterAll, beforeAll, expect, test } from "vitest";
import { type CremaEvent, parseEvent } from "../../contracts/events.ts";
import { samples } from "../../tools/contracts/samples.ts";
import type { Person } from "./person.ts";
import { Stand } from "./stand.ts";

let stand: Stand;
let barista: Person;
let display: Person;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
  barista = await stand.barista();
  display = await stand.display();
});
afterAll(() => stand.close());

const espresso = { drinkId: "drink:espresso" };

/** The events that orders left in the archive, or that are in these containers. */
async function archived(containers = ["orders", "codes"]): Promise<CremaEvent[]> {
  const { CosmosClient } = await import("@azure/cosmos");
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  const query = "SELECT VALUE c.event FROM c WHERE c.kind = 'event'";
  const read = async (container: string) =>
    (
      await client
        .database("crema")
        .container(container)
        .items.query<CremaEvent>(query, { partitionKey: "main" })
        .fetchAll()
    ).resources;
  const events = (await Promise.all(containers.map(read))).flat();
  client.dispose();
  return events;
}

test("every event is valid, has an id of its own, and carries no phone number, token or live code", async () => {
  const customer = await stand.person();
  const { code = "none" } = await display.get<{ code?: string }>("/code");
  const id = await stand.scan(customer, display);
  await customer.command(id, "submit", espresso);
  await stand.settle();
  await barista.command(id, "claim");
  await barista.command(id, "ready");
  await stand.settle();
  const events = await archived();
  // Of codes and orders; the pages that config published carry the menu.
  expect(events.map((event) => event.type).sort()).toEqual(
    [
      "crema.code.rotated.v1",
      "crema.code.scanned.v1",
      "crema.order.admitted.v1",
      "crema.order.claimed.v1",
      "crema.order.queued.v1",
      "crema.order.ready.v1",
      "crema.order.submitted.v1",
    ].sort(),
  );
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  for (const event of events) expect(parseEvent(event)).not.toHaveProperty("problems");
  const text = JSON.stringify(events);
  expect(text).not.toContain(customer.phone.slice(2));
  expect(text).not.toContain(`"${code}"`);
});

/** How orders go, and the tree that the events of each make: every event under the one that led to it. */
const ways: Record<string, { go: (id: string, customer: Person) => Promise<unknown>; tree: string[] }> = {
  served: {
    async go(id, customer) {
      await customer.command(id, "submit", espresso);
      await stand.settle();
      for (const step of ["claim", "ready", "collect"]) await barista.command(id, step);
    },
    tree: [
      "code.scanned",
      "  order.admitted",
      "    order.submitted",
      "      order.queued",
      "        order.claimed",
      "          order.ready",
      "            order.collected",
    ],
  },
  refused: {
    // The place that the store has is taken by somebody else.
    go: async () => undefined,
    tree: ["code.scanned", "  order.refused", "    code.returned"],
  },
  "cancelled by its customer": {
    go: (id, customer) => customer.command(id, "cancel"),
    tree: ["code.scanned", "  order.admitted", "    order.cancelled", "      code.returned"],
  },
  "cancelled by the bar": {
    async go(id, customer) {
      await customer.command(id, "submit", espresso);
      await stand.settle();
      await barista.command(id, "cancel", { note: "no beans" });
    },
    tree: ["code.scanned", "  order.admitted", "    order.submitted", "      order.queued", "        order.cancelled"],
  },
  "expired while choosing": {
    go: () => stand.advance("5 min"),
    // A code of that age takes nobody any more, so nothing comes back.
    tree: ["code.scanned", "  order.admitted", "    order.expired"],
  },
  "expired at the bar": {
    async go(id, customer) {
      await customer.command(id, "submit", espresso);
      await stand.settle();
      await stand.advance("16 min");
    },
    tree: ["code.scanned", "  order.admitted", "    order.submitted", "      order.queued", "        order.expired"],
  },
};

test.each(Object.entries(ways))(
  "one order is one trace under one root, from its scan to the last push: %s",
  async (name, way) => {
    await stand.advance("5 min");
    const [admin, customer] = [await stand.admin(), await stand.person()];
    let taken: string | undefined;
    const other = await stand.person();
    if (name === "refused") {
      await stand.configure(admin, { capacity: 1 });
      taken = await stand.scan(other, display);
    }
    const screens = await Promise.all([customer.listen(), display.listen()]);
    const id = await stand.scan(customer, display);
    await way.go(id, customer);
    await stand.settle();
    const { state } = await stand.order(customer, id);
    await screens[0].hears("order", ({ order }) => order.id === id && order.state === state);
    const events = (await archived()).filter(({ correlationid }) => correlationid === id);
    expect(drawn(events)).toEqual(way.tree);
    const traceIn = (traceparent = "none") => traceparent.split("-")[1];
    const pushed = screens.flatMap(({ heard }) =>
      heard.flatMap((message) =>
        message.kind === "order" && message.order.id === id ? [traceIn(message.traceparent)] : [],
      ),
    );
    expect(pushed.length).toBeGreaterThan(0);
    expect(new Set([...events.map(({ traceparent }) => traceIn(traceparent)), ...pushed]).size).toBe(1);
    // What the workflow began with, and whatever it was told and had done, belongs to it too.
    const history = JSON.stringify(stand.azure.durable.history(id));
    const inWorkflow = [...history.matchAll(/00-([0-9a-f]{32})-[0-9a-f]{16}-/g)].map(([, trace]) => trace);
    expect(inWorkflow.length).toBeGreaterThan(0);
    expect(new Set([...inWorkflow, ...pushed]).size).toBe(1);
    for (const screen of screens) screen.close();
    if (taken !== undefined) {
      await other.command(taken, "cancel");
      await stand.configure(admin, { capacity: 20 });
    }
  },
);

/** The events as a tree, each beneath what caused it and two blanks in. */
function drawn(events: CremaEvent[], cause?: CremaEvent): string[] {
  const ids = new Set(events.map((event) => event.id));
  const children = events.filter(({ causationid }) =>
    cause === undefined ? !ids.has(causationid ?? "") : causationid === cause.id,
  );
  return children.flatMap((event) => [
    event.type.replace(/^crema\.|\.v1$/g, ""),
    ...drawn(events, event).map((line) => `  ${line}`),
  ]);
}

test("an event delivered twice and late changes nothing", async () => {
  const customer = await stand.person();
  const phone = await customer.listen();
  const id = await stand.scan(customer, display);
  await customer.command(id, "submit", espresso);
  await stand.settle();
  const early = await archived();
  await barista.command(id, "ready");
  await stand.settle();
  const before = await stand.order(customer, id);
  expect(before).toMatchObject({ state: "ready", number: expect.any(Number) });

  // Event Grid delivers at least once and in no order: tell everything again, last first, through the real topic.
  const { AzureKeyCredential, EventGridPublisherClient } = await import("@azure/eventgrid");
  const { endpoint, key } = stand.azure.endpoints.eventGrid;
  const client = new EventGridPublisherClient(endpoint, "CloudEvent", new AzureKeyCredential(key), {
    allowInsecureConnection: true,
  });
  for (const { sequence, correlationid, causationid, traceparent, ...event } of early.reverse()) {
    const attributes = {
      sequence,
      correlationid,
      ...(causationid && { causationid }),
      ...(traceparent && { traceparent }),
    };
    const { id, type, source, subject, data } = event;
    await client.send([
      { id, type, source, subject, data, time: new Date(event.time), extensionAttributes: attributes },
    ]);
  }
  await stand.settle();
  expect(await stand.order(customer, id)).toEqual(before);
  expect(await stand.active()).toBe(0);
  expect(stand.azure.durable.instance(id)).toMatchObject({ status: "Completed" });
  expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
  await stand.advance("20 min");
  // Nobody fetches it, so its customer was called meanwhile: that is all.
  const called = { ...before, version: before.version + 1, calledAt: expect.any(String) };
  expect(await stand.order(customer, id)).toEqual(called);
  await phone.hears("order", ({ order }) => order.id === id && order.version === called.version);
  // A screen keeps the highest version; a late message never takes it back.
  const versions = phone.heard.flatMap((message) => (message.kind === "order" ? [message.order.version] : []));
  expect(Math.max(...versions)).toBe(called.version);
  phone.close();
});

test("who tells, and under which subject, is as the samples and the catalogue say", async () => {
  const shape = ({ type, source, subject }: CremaEvent) =>
    `${type} ${source} ${subject.replace(/(?<=\/(orders|codes|config|notices)\/).+$/, "…")}`;
  const told = new Set((await archived(["orders", "codes", "catalog"])).map(shape));
  expect(told.size).toBeGreaterThan(13);
  const known = [...samples().values()].map(shape);
  expect([...told].filter((each) => !known.includes(each))).toEqual([]);
});
