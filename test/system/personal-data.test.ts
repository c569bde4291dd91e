import { createHash } from "node:crypto";
import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ShareReply } from "../../contracts/http.ts";
import type { PersonalDataReply } from "../../contracts/personal-data.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import { createLog } from "../../local/kernel/log.ts";
import type { Person } from "./person.ts";
import { Browser } from "./push-receiver.ts";
import { Stand } from "./stand.ts";

/** All that the stand's parts wrote into their logs. */
const logged: string[] = [];
let stand: Stand;
let cosmos: CosmosClient;
let [admin, barista, display]: Person[] = [];
beforeAll(async () => {
  stand = await Stand.open({
    heldAt: Date.parse("2026-06-15T10:05:30Z"),
    extensions: extensionsIn(),
    log: createLog((line) => logged.push(JSON.stringify(line)), "debug"),
  });
  cosmos = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  [admin, barista, display] = [await stand.admin(), await stand.barista(), await stand.display()];
});
afterAll(async () => {
  cosmos.dispose();
  await stand.close();
});

/** Every document of every container, whatever they are called. */
async function everything(): Promise<{ container: string; text: string }[]> {
  const { resources: containers } = await cosmos.database("crema").containers.readAll().fetchAll();
  expect(containers.map(({ id }) => id)).toContain("regulars");
  const all = await Promise.all(
    containers.map(async ({ id }) => {
      const { resources } = await cosmos.database("crema").container(id).items.readAll().fetchAll();
      return resources.map((document) => ({ container: id, text: JSON.stringify(document) }));
    }),
  );
  return all.flat();
}
const withAny = (documents: { container: string; text: string }[], traces: string[]) =>
  documents.filter(({ text }) => traces.some((trace) => text.includes(trace)));
/** Where they are named, in few words. */
const named = async (traces: string[]) =>
  withAny(await everything(), traces).map(({ container, text }) => `${container} ${JSON.parse(text).id}`);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const figures = async () => (await admin?.get<object>("/insights?from=2026-06-15&to=2026-06-15&by=day")) ?? {};
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { problem?: { code: string } }) => error.problem?.code,
  );

/** Somebody who has had ten coffees, and begins the next. */
async function regular(): Promise<{ customer: Person; id: string; orders: string[]; open: string }> {
  const customer = await stand.person();
  const orders: string[] = [];
  for (let coffee = 0; coffee < 10; coffee++) {
    const id = await stand.scan(customer, display as Person, orders.at(-1));
    await customer.command(id, "submit", { drinkId: "drink:espresso" });
    await stand.settle();
    for (const step of ["claim", "ready", "collect"]) await barista?.command(id, step);
    await stand.settle();
    orders.push(id);
  }
  // A new code.
  await stand.advance("5 min");
  const open = await stand.scan(customer, display as Person);
  const { customerId: id } = await customer.me<{ customerId: string }>();
  return { customer, id, orders, open };
}

test("a customer downloads all that is held about them, and has it deleted: nothing of them is left anywhere, and the figures stand", async () => {
  const unlimited = { ordersPerDay: null, scansPerCode: 20 };
  await stand.configure(admin as Person, unlimited);
  await stand.advance("5 min");
  const { customer, id, orders, open } = await regular();
  const [first = ""] = orders;
  await customer.post<ShareReply>(`/orders/${first}/share`);
  const { key } = (await (await fetch(`${stand.api}/push-key`)).json()) as { key: string };
  const { endpoint, keys } = new Browser("https://fcm.googleapis.com/fcm/send/somebody");
  await customer.me("/push/browser-number-0", "PUT", { endpoint, keys, key, language: "en" });
  const traces = [id, endpoint, customer.phone, customer.phone.slice(1), sha256(customer.phone)];

  const data = await customer.me<PersonalDataReply>("/data");
  expect(data).toMatchObject({ customerId: id, phone: customer.phone });
  expect(data.parts.map(({ part }) => part).sort()).toEqual(["identity", "notices", "orders", "regulars", "scans"]);
  // In its reader's language, of every part; in English where that is none of ours.
  const aboutOf = async (tag: string) => {
    const { about, parts } = await customer.me<PersonalDataReply>(`/data?language=${tag}`);
    return [about, ...parts.map((part) => part.about)];
  };
  const [english, german] = [await aboutOf("tlh"), await aboutOf("de-AT")];
  expect(english).toEqual([data.about, ...data.parts.map(({ about }) => about)]);
  for (const [n, about] of german.entries()) expect(about).not.toBe(english[n]);
  expect(german[0]).toContain("über dich");
  // What the file has not is found by looking for it: every document that names them is in it.
  const file = JSON.stringify(data);
  for (const { container, text } of withAny(await everything(), traces)) {
    const { id: document, kind, event, storeId } = JSON.parse(text);
    if (container === "identity" && document.startsWith("limit:number:")) continue;
    const shown = container === "regulars" ? `"count":10` : JSON.stringify(event?.id ?? document);
    expect(file, `${container} ${document} ${kind} ${storeId}`).toContain(shown);
  }

  // What is on its way comes first.
  expect(await problemOf(customer.me("", "DELETE"))).toBe("orders-open");
  await customer.command(open, "cancel");
  await stand.settle();
  await stand.advance("2 h");
  const before = await figures();
  const screen = await barista?.listen();
  const phone = await customer.listen();
  await customer.me("", "DELETE");
  expect(await customer.me().catch((error) => error.status)).toBe(401);
  expect(stand.azure.webPubSub.connections("crema").filter(({ userId }) => userId === id)).toEqual([]);
  phone.close();

  await stand.advance("12 min");
  await stand.settle();
  // The services are told once more in two days, of which a note stands until then.
  expect(await named(traces)).toEqual([`identity deletion:${id}`]);
  expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
  // The orders are there, without a person, and of nothing was told again.
  for (const order of orders) {
    const { customerId, state } = await stand.order(barista as Person, order);
    expect({ customerId, state }).toEqual({ customerId: `deleted-${order}`, state: "collected" });
  }
  expect(screen?.heard.filter(({ kind }) => kind === "order")).toEqual([]);
  screen?.close();
  await admin?.post("/insights/recount", { from: "2026-06-15", to: "2026-06-15" });
  await stand.settle();
  await stand.advance("1 min");
  expect(await figures()).toMatchObject(figuresOf(before));
  expect(logged.filter((line) => traces.some((trace) => line.includes(trace)))).toEqual([]);

  // The same number is somebody new, who has had nothing; and is not deleted twice a day, to begin the day's orders anew.
  const again = await stand.person(customer.phone);
  const { customerId } = await again.me<{ customerId: string }>();
  expect(customerId).not.toBe(id);
  expect((await again.get<{ orders: object[] }>("/my-orders")).orders).toEqual([]);
  const asked = await Promise.all(Array.from({ length: 8 }, () => problemOf(again.me("", "DELETE"))));
  expect(asked).toEqual(Array(8).fill("too-many-requests"));
  expect((await again.me<{ customerId: string }>()).customerId).toBe(customerId);

  // Who was refused is not deleted after all.
  await stand.advance("5 min");
  expect((await again.me<{ customerId: string }>()).customerId).toBe(customerId);
});

test("what tells of somebody hours late makes nothing of them that stays", async () => {
  await stand.advance("5 min");
  const customer = await stand.person();
  const { customerId: id } = await customer.me<{ customerId: string }>();
  const { faults } = stand.azure;
  const late = { service: "eventgrid", operation: "deliver", harm: "late", milliseconds: 3 * 60 * 60_000 } as const;
  faults.add({ ...late, name: "regulars" });
  const order = await stand.scan(customer, display as Person);
  await customer.command(order, "submit", { drinkId: "drink:espresso" });
  await stand.settle();
  for (const step of ["claim", "ready", "collect"]) await barista?.command(order, step);
  await stand.settle();
  faults.clear();
  await stand.advance("15 min");
  await customer.me("", "DELETE");

  await stand.advance("4 h");
  expect((await named([id])).sort()).toEqual([`identity deletion:${id}`, `regulars customer:${id}`]);
  // Two days of the clock are three thousand sweeps: instead, it is due now.
  const note = cosmos.database("crema").container("identity").item(`deletion:${id}`, `deletion:${id}`);
  const { resource } = await note.read<{ askedAt: string; dueAt: string; told: number }>();
  const { askedAt = "", dueAt = "", told } = resource ?? {};
  expect({ told, hours: Math.floor((Date.parse(dueAt) - Date.parse(askedAt)) / 3_600_000) }).toEqual({
    told: 1,
    hours: 49,
  });
  await note.patch([{ op: "set", path: "/dueAt", value: askedAt }]);
  await stand.advance("2 min");
  expect(await named([id])).toEqual([]);
  expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
});

test("an order that comes to be just as its customer is forgotten ends before they are taken out of it", async () => {
  await stand.advance("5 min");
  const customer = await stand.person();
  const { customerId: id } = await customer.me<{ customerId: string }>();
  const { faults } = stand.azure;
  faults.add({ service: "eventgrid", operation: "deliver", harm: "late", milliseconds: 10_000, name: "services" });
  const order = await stand.scan(customer, display as Person);
  faults.clear();
  await customer.me("", "DELETE");
  const active = await stand.active();
  await stand.advance("3 min");
  const ofCustomer = async () => (await named([id])).filter((name) => name.startsWith("orders customer:"));
  expect(await stand.order(barista as Person, order)).toMatchObject({ state: "choosing", customerId: id });
  expect(await stand.active()).toBe(active + 1);
  expect(await ofCustomer()).toHaveLength(1);
  await stand.advance("5 min");
  expect(await stand.order(barista as Person, order)).toMatchObject({
    state: "expired",
    customerId: `deleted-${order}`,
  });
  expect(await stand.active()).toBe(active);
  expect(await named([id])).toEqual([`identity deletion:${id}`]);
});

test.each(["create", "patch", "query", "delete"])(
  "whoever asks again, since a %s of it was done and not answered, is forgotten, and not told that they were",
  async (operation) => {
    await stand.advance("5 min");
    const customer = await stand.person();
    const { customerId: id } = await customer.me<{ customerId: string }>();
    stand.azure.faults.add({ service: "cosmos", operation, name: "crema/identity", harm: "lose-answer", times: 3 });
    const said: (string | undefined)[] = [];
    for (let press = 0; press < 5 && said.at(-1) !== "done" && said.at(-1) !== "not-signed-in"; press++)
      said.push(await problemOf(customer.me("", "DELETE").then(() => Promise.reject({ problem: { code: "done" } }))));
    stand.azure.faults.clear();
    expect(said, said.join(", ")).not.toContain("too-many-requests");
    expect(["done", "not-signed-in"]).toContain(said.at(-1));
    await stand.advance("5 min");
    expect(await named([id])).toEqual([`identity deletion:${id}`]);
  },
);

const figuresOf = (reply: object) => {
  const { total } = reply as { total: object };
  return { total };
};

test("an admin does so at a customer's request, by their number; who works here is taken off the list first", async () => {
  await stand.advance("1 h");
  const [owner, bar] = [await stand.admin(), await stand.barista()];
  const customer = await stand.person();
  const named = { phone: customer.phone };
  for (const path of ["/customers/data", "/customers/deletion"]) {
    expect(await problemOf(bar.post(path, named))).toBe("forbidden");
    expect(await problemOf(owner.post(path, { phone: "+14255559999" }))).toBe("not-found");
    expect(await problemOf(owner.post(path, { phone: "abc" }))).toBe("bad-request");
  }
  const data = await owner.post<PersonalDataReply>("/customers/data", named);
  expect(data.phone).toBe(customer.phone);
  const inArabic = await owner.post<PersonalDataReply>("/customers/data", { ...named, language: "ar" });
  expect(inArabic.about).toMatch(/\p{Script=Arabic}/u);
  expect(await problemOf(owner.post("/customers/deletion", { phone: bar.phone }))).toBe("works-here");
  expect(await problemOf(bar.me("", "DELETE"))).toBe("works-here");
  await owner.post("/customers/deletion", named);
  expect(await customer.me().catch((error) => error.status)).toBe(401);
  await stand.advance("1 min");
  const looked = await Promise.all(
    Array.from({ length: 12 }, () => problemOf(owner.post("/customers/data", { phone: "+14255559999" }))),
  );
  expect(looked.filter((code) => code === "too-many-requests")).toHaveLength(2);
});

test("who once made orders of others is taken out of those, too, and the others stay", async () => {
  const number = "+14255550188";
  const mel = {
    id: `staff:${number}`,
    kind: "staff",
    storeId: "main",
    phone: number,
    name: "Melusine",
    roles: ["barista"],
  };
  const owner = await stand.admin().catch(() => admin as Person);
  await owner.put("/people", mel);
  await stand.settle();
  await stand.advance("31 s");
  const [bar, wall] = [await stand.person(number), await stand.display()];
  const guest = await stand.person();
  const id = await stand.scan(guest, wall);
  await guest.command(id, "submit", { drinkId: "drink:espresso" });
  await stand.settle();
  for (const step of ["claim", "ready", "collect"]) await bar.command(id, step);
  await stand.settle();
  const { customerId } = await bar.me<{ customerId: string }>();
  await owner.post("/people/removal", { phone: number }, { "if-match": "*" });
  await stand.settle();
  await stand.advance("20 min");
  await bar.me("", "DELETE");
  await stand.advance("3 h");
  // The mark that a document was deleted by stays for a week, for whoever reads the change feed late.
  expect((await named([customerId, number, sha256(number), "Melusine"])).sort()).toEqual([
    `config ${mel.id}`,
    `identity deletion:${customerId}`,
  ]);
  const { barista: by, customerId: whose } = await stand.order(guest, id);
  expect(by).toEqual({ id: `deleted-${id}`, name: "–" });
  expect(whose).toBe((await guest.me<{ customerId: string }>()).customerId);
});
