import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CremaEvent, parseEvent } from "../../../contracts/events.ts";
import { send } from "../../../functions/outbox/send.ts";
import { eventDocument } from "../../../functions/platform/outbox-document.ts";
import { type EventGrid, startEventGrid } from "../../../local/eventgrid/index.ts";
import { parts, type Services, startServices } from "../identity/services.ts";

const own = parts();
let services: Services;
let grid: EventGrid;
let receiver: Server;
let received: unknown[];
const errors: unknown[][] = [];
const log = { error: (...args: unknown[]) => void errors.push(args) };

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    received.push(JSON.parse(await text(request)));
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  grid = await startEventGrid(own, { port: 0 });
  grid.subscribe([{ name: "all", destination: { url } }]);
  services = await startServices({ EVENTGRID_ENDPOINT: grid.endpoint, EVENTGRID_KEY: grid.key });
});
afterAll(async () => {
  await services.close();
  await grid.close();
  receiver.close();
  own.clock.close();
});
beforeEach(() => {
  received = [];
  errors.length = 0;
});

function rejected(id: string, documentId = "drink:latte"): CremaEvent {
  return eventDocument({
    type: "crema.config.rejected.v1",
    id,
    service: "config",
    storeId: "main",
    about: "config/x",
    version: 1,
    correlationid: id,
    causationid: "cause",
    data: { documentId, problems: [] },
  }).event;
}

test("an event arrives at a subscriber as it was written", async () => {
  await send([rejected("one")], log);
  await own.work.idle();
  expect(received).toEqual([rejectedAsReceived("one")]);
  expect(parseEvent(received[0])).toHaveProperty("event");
});

test("more events than one request takes all arrive", async () => {
  const ids = Array.from({ length: 230 }, (_, index) => `many-${index}`);
  await send(
    ids.map((id) => rejected(id)),
    log,
  );
  await own.work.idle();
  expect(received.map((event) => (event as CremaEvent).id).sort()).toEqual(ids.sort());
});

test("an event that Event Grid will never take is named in the log and does not hold up the others", async () => {
  await send([rejected("before"), rejected("huge", "x".repeat(1_200_000)), rejected("after")], log);
  await own.work.idle();
  expect(received.map((event) => (event as CremaEvent).id).sort()).toEqual(["after", "before"]);
  expect(String(errors[0]?.[0])).toContain("Event huge was refused");
});

test("a lost answer makes the same event go out again under the same id", async () => {
  let drops = 1;
  grid.faults.dropAcknowledgement = () => drops-- > 0;
  await send([rejected("again")], log);
  grid.faults.dropAcknowledgement = undefined;
  await own.work.idle();
  expect(received.map((event) => (event as CremaEvent).id)).toEqual(["again", "again"]);
});

const rejectedAsReceived = (id: string) => expect.objectContaining({ ...rejected(id), time: expect.any(String) });
