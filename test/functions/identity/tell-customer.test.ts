import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Item, Items } from "@azure/cosmos";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import { pushKey } from "../../../functions/identity/push-key.ts";
import { goodFor, reachOf, subscribe, wishText } from "../../../functions/identity/reach.ts";
import { sha256 } from "../../../functions/identity/secrets.ts";
import { tellCustomer } from "../../../functions/identity/tell-customer.ts";
import { startSms } from "../../../local/sms/index.ts";
import { samples } from "../../../tools/contracts/samples.ts";
import { type Browser, PushReceiver } from "../../system/push-receiver.ts";
import { pageOf } from "../orders/shop.ts";
import { parts, type Services, startServices } from "./services.ts";

const own = parts();
const sample = samples().get("crema.order.ready.v1") as CremaEvent<"crema.order.ready.v1">;
let services: Services;
let receiver: PushReceiver;
let sms: Awaited<ReturnType<typeof startSms>>;
let people = 0;
let customer: string;
let said: string[];
const log = { warn: (text: string) => void said.push(text), error: (text: string) => void said.push(text) };
beforeAll(async () => {
  receiver = await PushReceiver.open();
  setDefaultCACertificates([...getCACertificates(), receiver.certificate.cert]);
  sms = await startSms(own, { port: 0 });
  services = await startServices({ PUSH_HOSTS: receiver.host, SMS: sms.connectionString });
  await services.container("catalog").items.create({ ...pageOf({ readyTexts: true }), id: "page" });
});
beforeEach(() => {
  customer = `customer-of-ours-${people++}`;
  said = [];
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await services.close();
  await receiver.close();
  await sms.close();
  own.clock.close();
});

/** A browser that the customer is signed in with, and wants to be told in. */
async function browser(): Promise<{ browser: Browser; session: string }> {
  const browser = receiver.browser();
  const session = `session:${browser.endpoint.split("/").at(-1)}`;
  await services.container("identity").items.create({ id: session, kind: "session", customerId: customer, ttl: -1 });
  const { endpoint, keys } = browser;
  const { publicKey: key } = await pushKey();
  await subscribe(customer, { id: session, endpoint, keys, key, language: "en", session, until: Date.now() + goodFor });
  return { browser, session };
}

/** That an order of theirs is ready, so many minutes ago. */
function ready(minutes = 0): CremaEvent<"crema.order.ready.v1"> {
  const id = crypto.randomUUID();
  const order = { ...sample.data.order, id, storeId: "main", customerId: customer };
  const time = new Date(Date.now() - minutes * 60_000).toISOString();
  return { ...sample, id: `${id}-6`, time, data: { ...sample.data, order } };
}
const { read } = Item.prototype;
const markOf = ({ id }: CremaEvent) => `told:${sha256(id)}`;
const pass = (ms: number) => services.parts.clock.advance(ms, async () => undefined);
const again = async (event: CremaEvent) => tellCustomer(event, log).catch((error: Error) => error);

/** What one document is asked for, or asked to be, fails so many times. */
function fails(method: "read" | "replace" | "delete", id: string, times = 1): void {
  const real = Item.prototype[method] as (...given: unknown[]) => Promise<never>;
  vi.spyOn(Item.prototype, method).mockImplementation(async function (this: Item, ...given: unknown[]) {
    if (this.id !== id || times-- <= 0) return real.apply(this, given);
    throw Object.assign(new Error("Cosmos DB has a bad moment."), { code: 503 });
  });
}

test("an event that comes twice, at once or later, is told once in each browser", async () => {
  const [one, two] = [await browser(), await browser()];
  const event = ready();
  // Whichever is second does not know whether the first will get there.
  const answers = await Promise.all([again(event), again(event)]);
  for (const answer of answers) if (answer !== undefined) expect(answer.message).toContain("is to come again");
  await tellCustomer(event, log);
  expect([one.browser.asked, two.browser.asked]).toEqual([1, 1]);
  await tellCustomer(ready(), log);
  expect([one.browser.asked, two.browser.asked]).toEqual([2, 2]);
});

test("who was told in one browser is not told again because of another that was not: neither when it fails before, nor when what is over cannot be forgotten", async () => {
  const [one, two] = [await browser(), await browser()];
  const event = ready();
  fails("read", two.session);
  await again(event);
  await again(event);
  expect([one.browser.asked, two.browser.asked]).toEqual([1, 0]);
  expect(said).toEqual([expect.stringContaining("a bad moment")]);
  vi.restoreAllMocks();

  two.browser.answers.push({ status: 410 });
  fails("replace", `reach:${customer}`);
  const other = ready();
  await again(other);
  await again(other);
  expect([one.browser.asked, two.browser.asked]).toEqual([2, 1]);
  vi.restoreAllMocks();
  // It is forgotten with the next.
  two.browser.answers.push({ status: 410 });
  await tellCustomer(ready(), log);
  expect((await reachOf(customer))?.subscribed.map(({ endpoint }) => endpoint)).toEqual([one.browser.endpoint]);
});

test("where nobody could be told, another try tells them; by SMS too, and by that once", async () => {
  const one = await browser();
  const event = ready();
  fails("read", one.session);
  await expect(tellCustomer(event, log)).rejects.toThrow("a bad moment");
  await tellCustomer(event, log);
  await tellCustomer(event, log);
  expect(one.browser.asked).toBe(1);
  vi.restoreAllMocks();

  const phone = "+14255550179";
  const wanted = ready();
  await wishText(customer, { orderId: wanted.data.order.id, phone, language: "en" });
  one.browser.answers.push({ status: 403 }, { status: 403 });
  fails("replace", `reach:${customer}`);
  await expect(tellCustomer(wanted, log)).rejects.toThrow("a bad moment");
  expect(sms.messages(phone)).toEqual([]);
  await tellCustomer(wanted, log);
  await tellCustomer(wanted, log);
  expect(sms.messages(phone)).toHaveLength(1);
});

test("who wants a text has it by another try where it could not be known whether it may be sent", async () => {
  const phone = "+14255550178";
  const event = ready();
  await wishText(customer, { orderId: event.data.order.id, phone, language: "en" });
  // A window that begins with this one is looked up.
  const ceiling = `limit:${sha256("stand day")}`;
  await services.container("identity").items.upsert({ id: ceiling, kind: "limit", count: 1, endsAt: 0, ttl: 60 });
  fails("read", ceiling);
  await expect(tellCustomer(event, log)).rejects.toThrow("a bad moment");
  expect(sms.messages(phone)).toEqual([]);
  await tellCustomer(event, log);
  await tellCustomer(event, log);
  expect(sms.messages(phone)).toHaveLength(1);
});

test("who tells a customer and is stopped, or cannot say that nobody was told, is followed by another a minute later", async () => {
  const one = await browser();
  const stopped = ready();
  const never = vi.spyOn(Item.prototype, "read").mockImplementation(async function (this: Item) {
    return this.id === one.session ? new Promise<never>(() => undefined) : read.call(this);
  });
  void tellCustomer(stopped, log);
  await expect.poll(() => never.mock.contexts.map((item) => (item as Item).id)).toContain(one.session);
  never.mockRestore();
  await expect(tellCustomer(stopped, log)).rejects.toThrow("is to come again");

  const lost = ready();
  fails("read", one.session);
  fails("delete", markOf(lost));
  await expect(tellCustomer(lost, log)).rejects.toThrow("a bad moment");
  await expect(tellCustomer(lost, log)).rejects.toThrow("is to come again");
  vi.restoreAllMocks();

  expect(one.browser.asked).toBe(0);
  await pass(61_000);
  for (const event of [stopped, lost, stopped, lost]) await tellCustomer(event, log);
  expect(one.browser.asked).toBe(2);
  await pass(30 * 60_000);
  for (const event of [stopped, lost]) await tellCustomer(event, log);
  expect(one.browser.asked).toBe(2);
});

test("who was told, and of whom that cannot be kept, is not told again at once", async () => {
  const one = await browser();
  const event = ready();
  vi.spyOn(Items.prototype, "upsert").mockRejectedValueOnce(new Error("Cosmos DB has a bad moment."));
  await tellCustomer(event, log);
  expect(said).toEqual([expect.stringContaining("could not be kept")]);
  expect(await again(event)).toMatchObject({ message: expect.stringContaining("is to come again") });
  expect(one.browser.asked).toBe(1);
});

test("of what was ready half an hour ago nobody is told any more, by SMS neither: it was held up, or is sent again from the dead letters", async () => {
  const one = await browser();
  await tellCustomer(ready(31), log);
  expect(one.browser.asked).toBe(0);
  await tellCustomer(ready(29), log);
  expect(one.browser.asked).toBe(1);

  customer = `${customer}-without-browsers`;
  const phone = "+14255550177";
  for (const minutes of [31, 29]) {
    const event = ready(minutes);
    await wishText(customer, { orderId: event.data.order.id, phone, language: "en" });
    await tellCustomer(event, log);
    expect(sms.messages(phone)).toHaveLength(minutes < 30 ? 1 : 0);
  }
});
