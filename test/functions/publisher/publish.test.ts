import { WebPubSubClient } from "@azure/web-pubsub-client";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Role } from "../../../contracts/common.ts";
import type { CremaEvent } from "../../../contracts/events.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { hub, messagesIn, type PushMessage } from "../../../contracts/push.ts";
import { toldAgain } from "../../../contracts/replay.ts";
import { eventDocument } from "../../../functions/platform/outbox-document.ts";
import { InvalidEventError } from "../../../functions/platform/received.ts";
import { liveConnection } from "../../../functions/publisher/live.ts";
import { publish } from "../../../functions/publisher/publish.ts";
import { startWebPubSub, type WebPubSub } from "../../../local/webpubsub/index.ts";
import { parts, type Services, startServices } from "../identity/services.ts";
import { pageOf } from "../orders/shop.ts";

const own = parts();
const page = pageOf();
const log = { debug: () => undefined };
let services: Services;
let push: WebPubSub;
const screens: Screen[] = [];

beforeAll(async () => {
  push = await startWebPubSub(own, { port: 0, hubs: [hub] });
  services = await startServices({ WEBPUBSUB: push.connectionString });
  await services.container("catalog").items.create({ id: "page", ...page });
});
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close();
});
afterAll(async () => {
  await services.close();
  await push.close();
  own.clock.close();
});

/** A screen that listens as a browser does. */
class Screen {
  readonly heard: PushMessage[] = [];
  readonly #client: WebPubSubClient;
  #wake: () => void = () => undefined;

  constructor(url: string) {
    this.#client = new WebPubSubClient({ getClientAccessUrl: url });
    const hear = ({ message }: { message: { data: unknown } }) => {
      this.heard.push(message.data as PushMessage);
      this.#wake();
    };
    this.#client.on("group-message", hear);
    this.#client.on("server-message", hear);
  }
  static async open(customerId?: string, roles: Role[] = []): Promise<Screen> {
    const who = customerId === undefined ? undefined : { customerId, phone: "+14255550100", sessionId: "session:s" };
    const screen = new Screen((await liveConnection("main", who, roles)).url);
    await screen.#client.start();
    screens.push(screen);
    return screen;
  }
  /** What was heard, message by message where several came together. */
  get told(): PushMessage[] {
    return this.heard.flatMap(messagesIn);
  }
  /** Resolves once so many messages were heard. */
  async hears(count: number): Promise<PushMessage[]> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.heard;
  }
  close(): void {
    this.#client.stop();
  }
}

const customerId = "customer-0123456789";
const order: OrderView = {
  id: "0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a001",
  storeId: "main",
  customerId,
  version: 4,
  state: "ready",
  number: 12,
  submittedAt: "2026-05-04T08:31:00.000Z",
  createdAt: "2026-05-04T08:30:00.000Z",
};
const ready = eventDocument({
  type: "crema.order.ready.v1",
  id: "e1",
  service: "orders",
  storeId: "main",
  about: `orders/${order.id}`,
  version: 4,
  correlationid: order.id,
  data: { order },
}).event;
const queue = { storeId: "main", version: 5, active: 2 };
const queueChanged = { ...ready, id: "queue-main-5", type: "crema.queue.changed.v1", data: { queue } } as CremaEvent;
/** What all screens of a store hear. */
const menuChanged = { ...ready, id: "menu-5", type: "crema.menu.changed.v1", data: { page } } as CremaEvent;

test("a ready order reaches its customer, the baristas and the display, and nobody else", async () => {
  const [customer, stranger, barista, display, passer] = await Promise.all([
    Screen.open(customerId),
    Screen.open("stranger-0123456789"),
    Screen.open("barista-0123456789", ["barista"]),
    Screen.open("display-0123456789", ["display"]),
    Screen.open(),
  ]);
  await publish(ready, log);
  await publish(queueChanged, log);
  await publish(menuChanged, log);
  const whole = { kind: "order", event: "crema.order.ready.v1", order };
  const length = { kind: "queue", queue };
  const menu = { kind: "page", page };
  expect(await customer.hears(2)).toEqual([whole, menu]);
  expect(await barista.hears(3)).toEqual([whole, length, menu]);
  const { customerId: _, ...shown } = order;
  expect(await display.hears(3)).toEqual([{ ...whole, order: shown }, length, menu]);
  // What all hear came last: had they been told of the order, they would have heard it before.
  expect(await stranger.hears(1)).toEqual([menu]);
  expect(await passer.hears(1)).toEqual([menu]);
});

test("who is in several groups that hear a message hears it once", async () => {
  const own = { ...order, customerId: "barista-0123456789" };
  const barista = await Screen.open(own.customerId, ["barista"]);
  await publish({ ...ready, data: { order: own } } as CremaEvent, log);
  await publish(menuChanged, log);
  const whole = { kind: "order", event: "crema.order.ready.v1", order: own };
  expect(await barista.hears(2)).toEqual([whole, { kind: "page", page }]);
});

test("one message is one call, and the staff page is read only for what staff hear", async () => {
  const { customerId: _, number: __, submittedAt: ___, ...choosing } = { ...order, state: "choosing" as const };
  const admitted = { ...ready, type: "crema.order.admitted.v1", data: { order: { ...choosing, customerId } } };
  const takes = async (event: object) => {
    const before = [push.meters.requests, services.cosmos.meters.requests] as const;
    await publish(event, log);
    return [push.meters.requests - before[0], services.cosmos.meters.requests - before[1]];
  };
  expect(await takes(ready)).toEqual([2, 1]);
  expect(await takes(queueChanged)).toEqual([1, 1]);
  expect(await takes(menuChanged)).toEqual([1, 0]);
  expect(await takes(admitted)).toEqual([1, 0]);
});

test("of lengths of the queue that come at once the newest is told, in a call or two, and each has ended once it is", async () => {
  const barista = await Screen.open("barista-0123456789", ["barista"]);
  const changed = [7, 6, 9, 8, 10].map((version) => ({
    ...queueChanged,
    id: `queue-main-${version}`,
    data: { queue: { ...queue, version } },
  }));
  const before = push.meters.requests;
  await Promise.all(changed.map((event) => publish(event, log)));
  expect(push.meters.requests - before).toBeLessThanOrEqual(3);
  await publish(menuChanged, log);
  const told = () => barista.heard.flatMap((message) => (message.kind === "queue" ? [message.queue.version] : []));
  while (!barista.heard.some(({ kind }) => kind === "page")) await barista.hears(barista.heard.length + 1);
  expect(told().at(-1)).toBe(10);
});

test("what staff and the display are told of many orders at once goes together, in a call or two each, and their own customers hear of theirs alone", async () => {
  const [barista, display, customer] = await Promise.all([
    Screen.open("barista-0123456789", ["barista"]),
    Screen.open("display-0123456789", ["display"]),
    Screen.open(customerId),
  ]);
  const ordered = Array.from({ length: 20 }, (_, at) => {
    const id = order.id.replace(/...$/, String(100 + at));
    const { number: _number, ...submitted } = { ...order, id, state: "submitted" as const };
    return { ...ready, id: `s${at}`, type: "crema.order.submitted.v1", data: { order: submitted } };
  });
  const made = ordered.map(({ data }, at) => ({
    ...ready,
    id: `r${at}`,
    data: { order: { ...data.order, state: "ready", number: at + 1, customerId: `customer-01234567${at + 10}` } },
  }));
  made[0] = ready as never;
  const before = push.meters.requests;
  await Promise.all([...ordered, ...made].map((event) => publish(event, log)));
  // Twenty to staff and a customer each, two or so to staff of what was ordered, as many to the display.
  expect(push.meters.requests - before).toBeLessThanOrEqual(26);
  await publish(menuChanged, log);
  const told = async (screen: Screen) => {
    while (!screen.told.some(({ kind }) => kind === "page")) await screen.hears(screen.heard.length + 1);
    return screen.told.flatMap((message) => (message.kind === "order" ? [message.order] : []));
  };
  expect((await told(barista)).map(({ state }) => state).toSorted()).toEqual([
    ...Array(20).fill("ready"),
    ...Array(20).fill("submitted"),
  ]);
  const shown = await told(display);
  expect(shown.map(({ number }) => number).toSorted((a = 0, b = 0) => a - b)).toEqual(
    [...Array(20).keys()].map((at) => (at === 0 ? 12 : at + 1)).toSorted((a, b) => a - b),
  );
  expect(JSON.stringify(display.heard)).not.toContain("customer");
  expect((await told(customer)).map(({ id }) => id)).toEqual([order.id]);
});

test("of those that go together each is told again when that fails, and those that came meanwhile have their turn", async () => {
  const { inOne } = await import("../../../functions/publisher/in-one.ts");
  const sent: string[][] = [];
  const all = await Promise.allSettled(
    ["a", "b", "c"].map((message) =>
      inOne("hearers", message, async (messages) => {
        sent.push(messages);
        await Promise.resolve();
        if (messages.includes("a")) throw new Error("busy");
      }),
    ),
  );
  expect(sent).toEqual([["a"], ["b", "c"]]);
  expect(all.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
});

test("what hangs holds up those who come after it for two seconds, and is sent beside them", async () => {
  const { inOne } = await import("../../../functions/publisher/in-one.ts");
  const { sendNewest } = await import("../../../functions/publisher/newest.ts");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const sent: string[][] = [];
    const send = (messages: string[]) => {
      sent.push(messages);
      return messages.includes("hangs") ? new Promise<void>(() => {}) : Promise.resolve();
    };
    void inOne("deaf", "hangs", send);
    const together = Promise.all([inOne("deaf", "a", send), inOne("deaf", "b", send)]);
    void sendNewest("deaf", 1, () => send(["hangs"]));
    const newest = sendNewest("deaf", 2, () => send(["newest"]));
    await vi.advanceTimersByTimeAsync(1_900);
    expect(sent).toEqual([["hangs"], ["hangs"]]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.slice(2)).toEqual([["a", "b"], ["newest"]]);
    await Promise.all([together, newest]);
  } finally {
    vi.useRealTimers();
  }
});

test("what stands for others and fails is told again for all of them, and one that comes late while a newer one is told is not told", async () => {
  const { sendNewest } = await import("../../../functions/publisher/newest.ts");
  const sent: number[] = [];
  const sending =
    (version: number, fails = false) =>
    async () => {
      await Promise.resolve();
      sent.push(version);
      if (fails) throw new Error("busy");
    };
  const all = await Promise.allSettled([
    sendNewest("a", 2, sending(2)),
    sendNewest("a", 1, sending(1)),
    sendNewest("a", 2, sending(-2)),
    sendNewest("a", 3, sending(3)),
    sendNewest("a", 5, sending(5, true)),
    sendNewest("a", 4, sending(4)),
    sendNewest("a", 5, sending(-5)),
    sendNewest("b", 1, sending(10)),
  ]);
  expect(sent.toSorted((a, b) => a - b)).toEqual([2, 5, 10]);
  expect(all.map(({ status }) => status === "fulfilled")).toEqual([true, true, true, false, false, false, false, true]);
  await sendNewest("a", 4, sending(4));
  expect(sent.at(-1)).toBe(4);
});

test("a connection is in the caller's groups from the start and belongs to them", async () => {
  const screen = await Screen.open("admin-0123456789", ["admin"]);
  const connection = push.connections(hub).find(({ userId }) => userId === "admin-0123456789");
  expect(connection?.groups.sort()).toEqual([
    "admin.main",
    "session.s",
    "staff.main",
    "store.main",
    "user.admin-0123456789",
  ]);
  screen.close();
});

test("a store that is not there has nothing to listen to", async () => {
  await expect(liveConnection("nowhere", undefined, [])).rejects.toMatchObject({ problem: { code: "unknown-store" } });
});

test("an event that is not valid is an error, for Event Grid to put with the dead letters", async () => {
  await expect(publish({ ...ready, data: { order: { ...order, state: "lost" } } }, log)).rejects.toThrow(
    InvalidEventError,
  );
  await expect(publish("nonsense", log)).rejects.toThrow(InvalidEventError);
});

test("an event of a type that we do not know is left alone", async () => {
  const screen = await Screen.open();
  await publish({ ...ready, type: "crema.order.admired.v1" }, log);
  await publish(menuChanged, log);
  expect((await screen.hears(1)).map(({ kind }) => kind)).toEqual(["page"]);
});

test("what is told again is told to no screen, under whatever subject it comes", async () => {
  const screen = await Screen.open(customerId);
  await publish({ ...ready, replay: "run" }, log);
  await expect(publish(toldAgain(ready, "run", "publisher"), log)).rejects.toThrow(InvalidEventError);
  await publish(menuChanged, log);
  expect((await screen.hears(1)).map(({ kind }) => kind)).toEqual(["page"]);
});
