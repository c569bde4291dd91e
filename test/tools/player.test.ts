import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type CremaEvent, eventTypes } from "../../contracts/events.ts";
import { notice } from "../../contracts/notice.ts";
import { type OrderView, orderView } from "../../contracts/order.ts";
import { isActive } from "../../contracts/order-states.ts";
import { type Order, progressOf, viewOf } from "../../functions/orders/order.ts";
import { eventOf } from "../../functions/orders/orders-container.ts";
import { type Actor, decide, type Request } from "../../functions/orders/rules.ts";
import { chosenOf, extensionsIn } from "../../infra/extensions.ts";
import { samples } from "../../tools/contracts/samples.ts";
import { checkOnlooking } from "../../tools/player/acting.ts";
import { Documents, type Write } from "../../tools/player/documents.ts";
import { firstPage } from "../../tools/player/first-page.ts";
import { lineOf, stepped, wishOf } from "../../tools/player/keys.ts";
import { noticesOf } from "../../tools/player/notices.ts";
import { ourRecording } from "../../tools/player/our-recording.ts";
import { readRecording } from "../../tools/player/recording.ts";
import { byContainer } from "../../tools/player/writer.ts";

const timeZone = "Europe/Berlin";
const ours = await readRecording(ourRecording);
const page = await firstPage(ours, timeZone);

/** The documents of a container after all these writes. */
function documentsAfter(writes: readonly Write[], container: Write["container"]): Map<string, Record<string, unknown>> {
  const documents = new Map<string, Record<string, unknown>>();
  for (const write of writes.filter((each) => each.container === container)) {
    for (const document of write.documents) documents.set(document.id, document as unknown as Record<string, unknown>);
    for (const id of write.gone ?? []) documents.delete(id);
  }
  return documents;
}

describe("an order", () => {
  const id = "5d2c1f8e-0c1b-4d35-9c53-0a6a3f1f2b7e";
  const day = "2026-06-15";
  const begun: Order = {
    ...{ id, kind: "order", storeId: "main", customerId: "customer-00000001", version: 1, state: "choosing" },
    ...{ day, createdAt: `${day}T08:00:00.000Z`, changedAt: `${day}T08:00:00.000Z`, deadline: `${day}T08:05:00.000Z` },
    ...{ start: { window: `${day}T08:00:00.000Z`, causationid: "scan-1" }, keys: [], ttl: 90 * 24 * 60 * 60 },
  };
  const drink = { id: "drink:latte", name: "Latte", icon: "takeaway" };
  const requests: Request[] = [
    {
      ...{ command: "submit", wish: { drinkId: drink.id, options: {} }, choice: { drink, options: [] } },
      deadline: `${day}T08:20:00.000Z`,
    },
    { command: "number", number: 7, deadline: `${day}T08:20:00.000Z` },
    ...(["claim", "release", "ready", "collect"] as const).map((command): Request => ({ command })),
    { command: "cancel" },
    { command: "cancel", note: "Out of stock", why: "out-of-stock" },
    { command: "expire" },
  ];
  const actors: Actor[] = [
    { id: "customer-00000001", parts: ["customer"] },
    { id: "barista-00000001", name: "Bea", parts: ["barista"] },
    { id: "barista-00000002", name: "Alex", parts: ["barista", "admin"] },
    { id: "workflow", parts: ["workflow"] },
  ];
  const steps = fc.array(fc.tuple(fc.constantFrom(...requests), fc.constantFrom(...actors)), { maxLength: 60 });

  test("after each of its events is the document that the application has then, whatever people do", () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const documents = new Documents(page);
        const writes: Write[] = [];
        let order = begun;
        let now = Date.parse(begun.createdAt);
        const tell = (event: CremaEvent) => {
          writes.push(...documents.after({ ...event, time: order.changedAt }));
          const stored = documentsAfter(writes, "orders");
          // What no event tells is left out: who gave the last command, and who has worked on it.
          const { last: _, hands: __, ...known } = order;
          expect(stored.get(id)).toEqual(known);
          expect(viewOf(stored.get(id) as unknown as Order)).toEqual(viewOf(order));
          expect(progressOf(stored.get(id) as unknown as Order)).toEqual(progressOf(order));
          expect(stored.get("queue")).toMatchObject({ active: isActive(order.state) ? 1 : 0 });
        };
        const causationid = "scan-1";
        tell(eventOf(order, "crema.order.admitted.v1", { causationid }).event);
        for (const [request, actor] of taken) {
          now += 20_000;
          const decision = decide(order, request, actor, now);
          if (decision.kind !== "change") continue;
          order = decision.order;
          tell(eventOf(order, decision.event, {}).event);
        }
      }),
    );
  });

  test("is not set back by an event that comes late or twice", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ours.events.slice(0, 60) as CremaEvent[]), (events) => {
        const documents = new Documents(page);
        const writes = events.flatMap((event) => [...documents.after(event), ...documents.after(event)]);
        const stored = documentsAfter(writes, "orders");
        const last = new Map<string, OrderView>();
        for (const { data } of events) {
          if ("order" in data && data.order.version >= (last.get(data.order.id)?.version ?? 0))
            last.set(data.order.id, data.order);
        }
        for (const [orderId, view] of last) expect(orderView.parse(stored.get(orderId))).toEqual(view);
        const active = [...last.values()].filter(({ state }) => isActive(state)).length;
        if (last.size > 0 && stored.has("queue")) expect(stored.get("queue")).toMatchObject({ active });
      }),
    );
  });
});

describe("our recording", () => {
  test("any part of it, from its beginning on, leaves documents that screens can show", () => {
    const documents = new Documents(page);
    const writes = documents.first();
    for (const event of ours.events) {
      writes.push(...documents.after(event));
      const { queue } = Object.fromEntries(documentsAfter(writes.slice(-8), "orders"));
      if (queue) expect(queue.active).toBeLessThanOrEqual(page.store.capacity);
    }
    const orders = documentsAfter(writes, "orders");
    for (const [orderId, document] of orders)
      if (document.kind === "order") orderView.parse({ ...document, id: orderId });
    expect(orders.get("queue")).toMatchObject({ active: 0 });
    for (const [id, { version }] of documentsAfter(writes, "codes"))
      if (id.startsWith("code:")) expect(version).toBeGreaterThan(0);
    expect(documentsAfter(writes, "config").get("store")).toMatchObject({ open: false });
  });

  test("names nobody: there are pseudonyms only, and no words that somebody wrote", () => {
    for (const { data } of ours.events) {
      if (!("order" in data)) continue;
      expect(data.order.customerId).toMatch(/^customer-\d{8}$/);
      if (data.order.barista) expect(data.order.barista.name).toMatch(/^Barista \d+$/);
      expect(data.order.end?.note).toBeUndefined();
    }
  });
});

test("of every type of event there is, what happened is kept in the archive; what a stand tells of itself is not taken", () => {
  const taken = [...samples().values()].filter((event) => {
    const [write] = new Documents(page).after(event);
    return write?.documents.some(({ id }) => id === event.id);
  });
  const left = eventTypes.filter((type) => !taken.some((event) => event.type === type));
  expect(left.sort()).toEqual([
    "crema.customer.deleted.v1",
    "crema.notice.published.v1",
    "crema.queue.changed.v1",
    "crema.staff.changed.v1",
  ]);
});

test("before its first page there is the page of before it: open where somebody was let in; the seed's where none is told", async () => {
  const closing = ours.events.findLast(({ data }) => "page" in data) as CremaEvent;
  const [admitted] = ours.events.filter(({ type }) => type === "crema.order.admitted.v1") as [CremaEvent];
  const version = "page" in closing.data ? closing.data.page.version : 0;
  const open = await firstPage({ ...ours, events: [admitted, closing] }, timeZone);
  expect(open).toMatchObject({ version: version - 1, store: { open: true } });
  expect(await firstPage({ ...ours, events: [closing] }, timeZone)).toMatchObject({ store: { open: false } });
  const seeded = await firstPage({ ...ours, events: [admitted] }, timeZone);
  expect(seeded).toMatchObject({ version: 1, store: { timeZone, open: true } });
  expect(seeded.menu.length).toBeGreaterThan(0);
});

test("a document that is written several times is written once, as it was last; in a drink's place that went, nothing stays", () => {
  const writes: Write[] = [
    { container: "orders", documents: [{ id: "a" }, { id: "queue", n: 1 } as { id: string }] },
    { container: "config", documents: [{ id: "drink:x" }] },
    { container: "orders", documents: [{ id: "queue", n: 2 } as { id: string }] },
    { container: "config", documents: [], gone: ["drink:x"] },
  ];
  expect([...byContainer(writes)]).toEqual([
    [
      "orders",
      [
        { operationType: "Upsert", resourceBody: { id: "a" } },
        { operationType: "Upsert", resourceBody: { id: "queue", n: 2 } },
      ],
    ],
    ["config", [{ operationType: "Delete", id: "drink:x" }]],
  ]);
});

describe("a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "crema-recording-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const lines = ours.events.slice(0, 4).map((event) => JSON.stringify(event));
  let files = 0;
  const read = (text: string | Buffer, ending = "ndjson") => {
    const file = join(folder, `${++files}.${ending}`);
    writeFileSync(file, text);
    return readRecording(file);
  };
  const second = (change: object) =>
    [lines[0], JSON.stringify({ ...JSON.parse(lines[1] ?? ""), ...change })].join("\n");

  test("is read with empty lines, Windows' ends of lines, or packed", async () => {
    for (const text of [lines.join("\n"), `${lines.join("\r\n\r\n")}\r\n`])
      expect((await read(text)).events).toHaveLength(4);
    expect((await read(gzipSync(lines.join("\n")), "ndjson.gz")).events).toHaveLength(4);
  });

  test("what is of a type that is not known is passed over, and told of", async () => {
    const gifted = JSON.stringify({ specversion: "1.0", type: "crema.order.gifted.v2", id: "1" });
    const { events, passedOver } = await read([lines[0], gifted, lines[1], gifted].join("\n"));
    expect(events).toHaveLength(2);
    expect(passedOver).toEqual([
      { type: "crema.order.gifted.v2", count: 2, first: expect.stringMatching(/ndjson:2$/) },
    ]);
  });

  test.each([
    ["nothing in it", "", /tells of no event/],
    ["only what is not known", '{"specversion":"1.0","type":"crema.order.gifted.v2"}', /tells of no event/],
    ["no JSON", [lines[0], "coffee"].join("\n"), /:2: this is not JSON/],
    ["no event", [lines[0], '{"type":"com.example.thing"}'].join("\n"), /:2: this is no event: specversion/],
    ["data that is wrong", second({ data: { order: { state: "cold" } } }), /:2: this is no event: data\./],
    ["the wrong order", [...lines].reverse().join("\n"), /:\d: the event is of .*in the order of time/],
    ["two stores", second({ subject: "stores/other/store" }), /several stores, main, other; a recording is of one/],
    ["what is told again", second({ subject: "replays/insights/stores/main/store" }), /:2: this is no event: subject/],
  ])("with %s is refused in words", async (_, text, words) => {
    await expect(read(text)).rejects.toThrow(words);
  });

  test("that is not there, is a folder, or is not what its name says is refused in words", async () => {
    await expect(readRecording(join(folder, "none.ndjson"))).rejects.toThrow(/^There is no file .*none\.ndjson\.$/);
    await expect(readRecording(folder)).rejects.toThrow(/^There is no file/);
    await expect(read("coffee", "ndjson.gz")).rejects.toThrow(/is not packed with gzip/);
    await expect(read(gzipSync(lines.join("\n")).subarray(0, 90), "gz")).rejects.toThrow(/or is cut off/);
  });
});

describe("at the terminal", () => {
  test.each([
    [{ name: "space", sequence: " " }, "pause"],
    [{ name: "right", sequence: "\u001b[C" }, "wind"],
    [{ name: "n", sequence: "n" }, "next"],
    [{ sequence: "+" }, "faster"],
    [{ sequence: "-" }, "slower"],
    [{ name: "q", sequence: "q" }, "quit"],
    [{ name: "c", ctrl: true }, "quit"],
    [{ name: "x", sequence: "x" }, undefined],
    [{ name: "n", ctrl: true }, undefined],
  ])("%j means %s", (key, wish) => expect(wishOf(key)).toBe(wish));

  test("the speed goes up and down in steps, and no further than it can", () => {
    expect([stepped(60, "faster"), stepped(60, "slower")]).toEqual([120, 30]);
    expect([stepped(1, "slower"), stepped(1_000, "faster"), stepped(45, "faster")]).toEqual([1, 1_000, 60]);
  });

  test("one line says how far it is", () => {
    const now = Date.parse("2026-06-15T07:40:46Z");
    const at = (told: number, speed: number) => lineOf({ told, all: 800, now, speed }, timeZone);
    expect(at(400, 60)).toBe("  09:40:46  ████████████░░░░░░░░░░░░  400 of 800 events  60 ×");
    expect(at(0, 0)).toContain("paused");
    expect(at(800, 0)).toContain("over");
  });
});

test("an extension that acts by itself is refused where a recording plays; all that are there without being asked for only listen", () => {
  const chosen = chosenOf(extensionsIn(), "default");
  expect(() => checkOnlooking(chosen)).not.toThrow();
  const robot = { name: "robot", orchestrations: ["robot-order"] };
  expect(() => checkOnlooking([...chosen, robot])).toThrow(/^The extension robot acts .* --extensions default$/);
});

test("the notices are such as extensions publish", () => {
  for (const speed of [0, 1, 60]) {
    for (const document of noticesOf(ours, { timeZone, speed, now: ours.begins, version: 1 }))
      expect(notice.parse(document)).toMatchObject({ source: "recording", version: 1 });
  }
});
