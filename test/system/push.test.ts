import { type Container, CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { PushKeyReply } from "../../contracts/http.ts";
import { type Person, Refused } from "./person.ts";
import { type Browser, decrypt, PushReceiver } from "./push-receiver.ts";
import { Stand } from "./stand.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T08:16:30Z");

let receiver: PushReceiver;
let stand: Stand;
let display: Person;
let barista: Person;
let key: string;
let client: CosmosClient;
let identity: Container;
beforeAll(async () => {
  receiver = await PushReceiver.open();
  stand = await Stand.open({ heldAt: morning, push: receiver });
  [display, barista] = [await stand.display(), await stand.barista()];
  client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  identity = client.database("crema").container("identity");
  key = ((await (await fetch(`${stand.api}/push-key`)).json()) as PushKeyReply).key;
});
// One sign-in after the other, and the display's person asks for a code no sooner than half a minute later.
beforeEach(() => stand.advance("31 s"));
afterAll(async () => {
  client?.dispose();
  await stand.close();
  await receiver.close();
});

const id = (n: number) => `browser-number-${n}`;
const subscription = ({ endpoint, keys }: Browser, language = "en") => ({ endpoint, keys, key, language });

/** A customer with an order in the queue, told of in these browsers. */
async function waiting(...browsers: Browser[]): Promise<{ customer: Person; order: string }> {
  const customer = await stand.person();
  for (const [n, browser] of browsers.entries()) await customer.me(`/push/${id(n)}`, "PUT", subscription(browser));
  return { customer, order: await ordered(customer) };
}

async function ordered(customer: Person, after?: string): Promise<string> {
  const order = await stand.scan(customer, display, after);
  await customer.command(order, "submit", { drinkId: "drink:latte", options: { milk: ["oat"] } });
  await stand.settle();
  return order;
}

/** The bar does something, and all that follows has happened. */
async function bar(order: string, command: string): Promise<void> {
  await barista.command(order, command);
  await stand.settle();
}

test("what decrypts here reads the message that RFC 8291 gives as its example", () => {
  const bytes = (text: string) => Buffer.from(text, "base64url");
  const body =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
  const plain = decrypt(
    bytes(body),
    bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"),
    bytes("BTBZMqHH6r4Tts7J_aSIgg"),
  );
  expect(plain.toString()).toBe("When I grow up, I want to be a watermelon");
});

test("a ready order is told of in each browser, in its language, for it alone and signed; called again, too, and taken back", async () => {
  const [phone, laptop] = [receiver.browser(), receiver.browser()];
  const { customer, order } = await waiting(phone);
  await customer.me(`/push/${id(1)}`, "PUT", subscription(laptop, "de-AT"));
  await bar(order, "claim");
  expect(phone.asked).toBe(0);
  await bar(order, "ready");
  const [ready] = phone.received;
  const { number } = await stand.order(customer, order);
  expect(ready?.data).toMatchObject({
    kind: "ready",
    order,
    store: "main",
    title: `${number} is ready`,
    body: "Latte · Pick it up at Main stand while it is hot.",
    lang: "en",
    dir: "ltr",
  });
  expect(ready?.headers).toMatchObject({
    ttl: "1800",
    urgency: "high",
    topic: order.replaceAll("-", ""),
    "content-encoding": "aes128gcm",
  });
  // As much as every push service has to take, and no more.
  expect(ready?.bytes).toBeLessThanOrEqual(4_096);
  const now = (morning + 10 * 60_000) / 1000;
  expect(ready?.signedWith).toBe(key);
  expect(ready?.claims).toMatchObject({ aud: `https://${receiver.host}`, sub: "https://localhost:4280" });
  expect(ready?.claims.exp).toBeLessThan(now + 24 * 60 * 60);
  expect(laptop.received[0]?.data).toMatchObject({ title: `${number} ist fertig`, lang: "de" });

  await bar(order, "call");
  await bar(order, "recall");
  await bar(order, "ready");
  expect(phone.received.map(({ data }) => data.kind)).toEqual(["ready", "called", "recalled", "ready"]);
  const versions = phone.received.map(({ data }) => Number(data.version));
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  // What was handed over is nothing to be told of, nor is that it was not.
  await bar(order, "collect");
  await bar(order, "recall");
  expect(phone.asked).toBe(4);
});

test("nothing more is sent once a browser wants none, is signed out, or is known no more to its push service", async () => {
  const [phone, tablet, old] = [receiver.browser(), receiver.browser(), receiver.browser()];
  const { customer, order } = await waiting(phone);
  await stand.advance("31 s");
  // A browser whose storage was cleared has another id, and the subscription that it had.
  await customer.me(`/push/${id(0)}`, "PUT", subscription(phone));
  await customer.me(`/push/${id(8)}`, "PUT", subscription(phone));
  await customer.me(`/push/${id(0)}`, "PUT", subscription(phone));
  // The same person, signed in on a tablet too.
  const elsewhere = await stand.person(customer.phone);
  await elsewhere.me(`/push/${id(1)}`, "PUT", subscription(tablet));
  await customer.me(`/push/${id(2)}`, "PUT", subscription(old));
  old.answers.push({ status: 410 });
  await bar(order, "ready");
  expect([phone.asked, tablet.asked, old.asked]).toEqual([1, 1, 1]);
  await elsewhere.signOut();
  await bar(order, "call");
  expect([phone.asked, tablet.asked, old.asked]).toEqual([2, 1, 1]);
  await customer.me(`/push/${id(0)}`, "DELETE");
  await bar(order, "call");
  expect(phone.asked).toBe(2);
  // And of the person nothing is kept for it any more.
  const kept = "SELECT VALUE c.subscribed FROM c WHERE c.kind = 'reach'";
  const { resources } = await identity.items.query<object[]>(kept).fetchAll();
  expect(resources.flat()).not.toContainEqual(expect.objectContaining({ endpoint: phone.endpoint }));
});

test("a browser that subscribes anew while its push service says that it knows the old one no more stays; so does one with another key, which is sent nothing", async () => {
  const [old, anew, other] = [receiver.browser(), receiver.browser(), receiver.browser()];
  const { customer, order } = await waiting(old, other);
  const { customerId } = await customer.me<{ customerId: string }>();
  const reach = identity.item(`reach:${customerId}`, `reach:${customerId}`);
  const endpoints = async () =>
    (await reach.read<{ subscribed: { endpoint: string }[] }>()).resource?.subscribed.map(({ endpoint }) => endpoint);
  const at = (await endpoints())?.indexOf(other.endpoint);
  await reach.patch([{ op: "set", path: `/subscribed/${at}/key`, value: "that of before" }]);
  old.answers.push("hang", { status: 410 });
  await barista.command(order, "ready");
  await expect.poll(() => old.hanging.length).toBe(1);
  await customer.me(`/push/${id(0)}`, "PUT", subscription(anew));
  old.hanging[0]?.();
  await stand.settle();
  expect((await endpoints())?.toSorted()).toEqual([anew.endpoint, other.endpoint].toSorted());
  await bar(order, "call");
  expect([old.asked, anew.asked, other.asked]).toEqual([2, 1, 0]);
});

test("what a push service does not take at once is tried again, within reason; no screen waits for it", async () => {
  const [busy, broken, hung] = [receiver.browser(), receiver.browser(), receiver.browser()];
  busy.answers.push({ status: 429, retryAfter: 0 });
  broken.answers.push(...Array.from({ length: 9 }, () => ({ status: 503, retryAfter: 0 })));
  const { order } = await waiting(busy, broken);
  await bar(order, "ready");
  expect([busy.asked, busy.received.length]).toEqual([2, 1]);
  // Three tries, and its subscription stays for another time.
  expect(broken.asked).toBe(3);
  broken.answers.length = 0;
  await bar(order, "call");
  expect(broken.received).toHaveLength(1);

  const other = await waiting(hung);
  const screen = await other.customer.listen();
  hung.answers.push("hang");
  await barista.command(other.order, "ready");
  await screen.hears("order", ({ order: { id, state } }) => id === other.order && state === "ready");
  await expect.poll(() => hung.hanging.length).toBe(1);
  // While it hangs, the counter goes on.
  await barista.command(order, "collect");
  await barista.command(other.order, "collect");
  await screen.hears("order", ({ order: { id, state } }) => id === other.order && state === "collected");
  hung.hanging[0]?.();
  await stand.settle();
  expect(hung.received.map(({ data }) => data.kind)).toEqual(["ready"]);
  screen.close();
});

test("only what a browser of a known push service can have said is kept, and five of a person at most", async () => {
  const { customer, order } = await waiting();
  const good = subscription(receiver.browser());
  const refused = async (change: object, browser = id(0)): Promise<string> => {
    const error = await customer.me(`/push/${browser}`, "PUT", { ...good, ...change }).catch((thrown) => thrown);
    if (!(error instanceof Refused)) throw new Error("It was not refused.");
    return error.problem.detail;
  };
  for (const endpoint of [
    "https://localhost/push/x",
    `https://localhost.example:${receiver.host.split(":")[1]}/push/x`,
    `https://somebody@${receiver.host}/push/x`,
    "https://169.254.169.254/metadata/instance",
  ])
    expect(await refused({ endpoint }), endpoint).toBe("endpoint is not of a push service that is known here");
  expect(await refused({ endpoint: `http://${receiver.host}/push/x` })).toContain("must be an https: address");
  expect(await refused({ keys: { ...good.keys, auth: "short" } })).toContain("16 bytes in base64url");
  expect(await refused({ key: good.keys.p256dh })).toBe("key is not the one that messages are signed with now");
  expect(await refused({}, "short")).toContain("browserId must be");
  expect((await fetch(`${stand.api}/me/push/${id(0)}`, { method: "DELETE" })).status).toBe(401);

  const browsers = Array.from({ length: 6 }, () => receiver.browser());
  for (const [n, browser] of browsers.entries()) {
    await stand.advance("1 s");
    await customer.me(`/push/${id(n)}`, "PUT", subscription(browser));
  }
  await bar(order, "ready");
  expect(browsers.map(({ asked }) => asked)).toEqual([0, 1, 1, 1, 1, 1]);
});

test("where the store pays for it, who asked gets one SMS when the order is ready and no push message was taken", async () => {
  const [taken, gone] = [receiver.browser(), receiver.browser()];
  const one = await waiting();
  const code = (thrown: unknown) => (thrown as Refused).problem.code;
  const want = (person: Person, order: string, language = "en") => person.put(`/orders/${order}/text`, { language });
  expect(await want(one.customer, one.order).catch(code)).toBe("texts-off");
  const admin = await stand.admin();
  await stand.configure(admin, { readyTexts: true });
  const [told, lost, other] = [await waiting(taken), await waiting(gone), await waiting()];
  gone.answers.push({ status: 410 });
  await want(one.customer, one.order, "es-MX");
  await want(told.customer, told.order);
  await want(lost.customer, lost.order);
  // Of somebody else's order nobody is told, and whoever thought better of it is not either.
  await want(other.customer, one.order);
  await want(other.customer, other.order);
  await other.customer.delete(`/orders/${other.order}/text`);
  const texts = ({ customer }: { customer: Person }) =>
    stand.azure.sms.messages(customer.phone).flatMap(({ message }) => (/code/.test(message) ? [] : [message]));
  for (const { order } of [one, told, lost, other]) {
    for (const command of ["ready", "call", "recall", "ready"]) await bar(order, command);
  }
  const { number } = await stand.order(one.customer, one.order);
  expect(texts(one)).toEqual([`Main stand: ya puedes recoger el ${number}, bien caliente.`]);
  expect([texts(told), texts(other)]).toEqual([[], []]);
  expect(texts(lost)).toHaveLength(1);
  expect(await want(one.customer, "no-order").catch(code)).toBe("not-found");
  // Nor is it said of what is taken back to the bar that it is ready.
  const early = await waiting();
  await bar(early.order, "ready");
  await want(early.customer, early.order);
  await bar(early.order, "recall");
  expect(texts(early)).toEqual([]);
  await bar(early.order, "ready");
  expect(texts(early)).toHaveLength(1);
  // Taken back by the owner: what was asked for before is not sent any more.
  const late = await waiting();
  await want(late.customer, late.order);
  await stand.configure(admin, { readyTexts: false });
  await bar(late.order, "ready");
  expect(texts(late)).toEqual([]);
});
