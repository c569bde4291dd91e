import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../../contracts/catalog.ts";
import type { ConfigReply, OrdersReply, PageReply, QueueReply, StoreReply } from "../../contracts/http.ts";
import type { InsightsReply } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { PersonalDataReply } from "../../contracts/personal-data.ts";
import type { Person, Refused } from "./person.ts";
import { Stand } from "./stand.ts";

/** Half past four in the morning of the 16th in Berlin, half past ten in the evening of the 15th in New York. */
const night = Date.parse("2026-06-16T02:30:30Z");
const espresso = { drinkId: "drink:espresso", options: {} };

let stand: Stand;
/** The same person runs both; each store has a screen and a barista of its own. */
const here = {} as Record<"admin" | "bar" | "screen", Person>;
const there = {} as Record<"admin" | "bar" | "screen", Person>;
let harbour = "";
beforeAll(async () => {
  stand = await Stand.open({ heldAt: night });
  here.admin = await stand.admin();
  here.bar = await stand.barista();
  here.screen = await stand.display();
  const request = { name: "Harbour", timeZone: "America/New_York", menuOf: "main" };
  const make = () => here.admin.post<StoreReply>("/stores", request, { "idempotency-key": "harbour" });
  const made = await make();
  expect(made).toMatchObject({ drinks: 6, leftOut: 0, repeated: false });
  expect(await make()).toEqual({ ...made, repeated: true });
  harbour = made.storeId;
  there.admin = here.admin.inStore(harbour);
  for (const [phone, role] of [
    ["+14255550170", "barista"],
    ["+14255550171", "display"],
  ] as const) {
    const works = { id: `staff:${phone}`, kind: "staff", storeId: harbour, phone, name: role, roles: [role] };
    await there.admin.put("/people", works);
  }
  await stand.advance("2 s");
  there.bar = (await stand.person("+14255550170")).inStore(harbour);
  there.screen = (await stand.person("+14255550171")).inStore(harbour);
});
afterAll(() => stand.close());

const pageOf = async (person: Person) => (await person.get<PageReply>("")).page;
const code = (error: unknown) => (error as Refused).problem.code;
const figuresOf = async (person: Person, day: string) =>
  (await person.get<InsightsReply>(`/insights?from=${day}&to=${day}&by=day`)).total;

/** From the scan to the counter. */
async function serve(customer: Person, { bar, screen }: { bar: Person; screen: Person }): Promise<OrderView> {
  const id = await stand.scan(customer, screen);
  await customer.command(id, "submit", espresso);
  await stand.settle();
  await bar.command(id, "claim");
  await bar.command(id, "ready");
  await bar.command(id, "collect");
  await stand.settle();
  return stand.order(customer, id);
}

test("who makes a store runs it, sees both by name, and finds it closed, with the menu and nobody else", async () => {
  const { roles, stores } = await here.admin.me<Caller>();
  expect(roles).toMatchObject({ main: ["admin", "barista"], [harbour]: ["admin", "barista"] });
  expect(stores).toEqual({
    main: { name: "Main stand", retired: false },
    [harbour]: { name: "Harbour", retired: false },
  });
  expect(await there.bar.me<Caller>()).toMatchObject({ stores: { [harbour]: { name: "Harbour" } } });
  const page = await pageOf(there.admin);
  expect(page.store).toMatchObject({ name: "Harbour", open: false, timeZone: "America/New_York", capacity: 20 });
  expect(page.menu.map(({ id }) => id)).toEqual((await stand.page()).menu.map(({ id }) => id));
  const { documents } = await there.admin.get<ConfigReply>("/config");
  expect(documents.filter(({ document }) => document.kind === "staff")).toHaveLength(3);
});

test("who works at one store is nobody at the other, for requests and for what is pushed", async () => {
  const [barThere, barHere] = [there.bar.inStore("main"), here.bar.inStore(harbour)];
  for (const stranger of [barThere, barHere]) {
    for (const path of ["/orders", "/config", "/code", "/insights?from=2026-06-15&to=2026-06-15&by=day"])
      expect(await stranger.get(path).catch(code), path).toBe("forbidden");
    expect(await stranger.post("/open", { open: true }).catch(code)).toBe("forbidden");
    expect(await stranger.post("/stores", { name: "Mine", timeZone: "UTC" }).catch(code)).toBe("forbidden");
  }
  // An admin of one store, who copies from another that they do not work at, or that is not there.
  const owner = here.admin;
  const only = { id: "staff:+14255550172", kind: "staff", storeId: "main", phone: "+14255550172", name: "Only" };
  await owner.put("/people", { ...only, roles: ["admin"] });
  await stand.advance("2 s");
  const onlyHere = await stand.person(only.phone);
  for (const menuOf of [harbour, "nowhere"]) {
    const request = { name: "Mine", timeZone: "UTC", menuOf };
    expect(await onlyHere.post("/stores", request).catch(code)).toBe("forbidden");
    expect(await onlyHere.post("/menu-copies", { from: menuOf }).catch(code)).toBe("forbidden");
  }
  expect(await onlyHere.post("/menu-copies", { from: "../main" }).catch(code)).toBe("bad-request");
  expect(await onlyHere.inStore(harbour).post("/retired", { retired: true }).catch(code)).toBe("forbidden");

  await stand.configure(there.admin, { open: true });
  await stand.advance("2 s");
  const [mine, strange] = [await here.bar.listen(), await here.bar.inStore(harbour).listen()];
  const customer = (await stand.person()).inStore(harbour);
  const order = await serve(customer, there);
  await stand.configure(there.admin, { name: "The harbour" });
  await stand.advance("2 s");
  await strange.hears("page", ({ page }) => page.store.name === "The harbour");
  expect(strange.heard.map(({ kind }) => kind)).toEqual(expect.not.arrayContaining(["order", "queue", "code"]));
  expect([...mine.states(order.id), ...mine.heard.filter(({ kind }) => kind === "page")]).toEqual([]);
  mine.close();
  strange.close();
});

test("two stores at once: codes, numbers, places, orders, and figures by the days of each are their own", async () => {
  const customer = await stand.person();
  const [at, other] = [customer, customer.inStore(harbour)];
  const phone = await at.listen();
  const codes = await Promise.all(
    [here.screen, there.screen].map((screen) => screen.get<{ code: string; url: string }>("/code")),
  );
  expect(codes.map(({ url }) => new URL(url).searchParams.get("store"))).toEqual(["main", harbour]);
  // A code is one of its store alone.
  expect(await at.post("/scans", { code: codes[1]?.code }).catch(code)).toBe("code-unknown");
  const counted = [await figuresOf(here.admin, "2026-06-16"), await figuresOf(there.admin, "2026-06-15")];
  const first = await serve(at, here);
  const second = await serve(other, there);
  expect(first.number).toBe(1);
  // One was served before.
  expect(second.number).toBe(2);
  expect(await at.get(`/orders/${second.id}`).catch(code)).toBe("not-found");
  expect(await here.bar.command(second.id, "recall").catch(code)).toBe("not-found");
  const mine = async (person: Person) => (await person.get<OrdersReply>("/my-orders")).orders.map(({ id }) => id);
  expect([await mine(at), await mine(other)]).toEqual([[first.id], [second.id]]);
  // A phone hears of both, each with its store.
  await phone.hears("order", ({ order }) => order.id === second.id && order.storeId === harbour);
  phone.close();

  await stand.advance("1 min");
  const after = [await figuresOf(here.admin, "2026-06-16"), await figuresOf(there.admin, "2026-06-15")];
  expect(after.map(({ collected }, n) => collected - (counted[n]?.collected ?? 0))).toEqual([1, 1]);
  // By the clocks of the other zone it would have been another day.
  expect((await figuresOf(here.admin, "2026-06-15")).collected).toBe(0);
  expect((await figuresOf(there.admin, "2026-06-16")).collected).toBe(0);
  const csv = async (person: Person, day: string) =>
    (await person.csv(`/orders?day=${day}`)).trim().split("\n").length - 1;
  expect(await csv(here.admin, "2026-06-16")).toBe(1);
  expect(await csv(there.admin, "2026-06-15")).toBe(2);

  const waiting = await stand.scan(other, there.screen, second.id);
  await other.command(waiting, "submit", espresso);
  await stand.settle();
  const active = async (person: Person) => (await person.get<QueueReply>("/queue")).queue.active;
  expect([await active(at), await active(other)]).toEqual([0, 1]);
  // What nobody makes ends by itself at each store.
  await stand.advance("16 min");
  expect((await stand.order(other, waiting)).state).toBe("expired");
});

test("each store opens and closes by itself by its own clocks", async () => {
  const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const daily = (opens: string, closes: string) => ({
    hours: { week: Object.fromEntries(days.map((day) => [day, [{ opens, closes }]])) },
    switchedAt: undefined,
  });
  await stand.configure(here.admin, daily("05:10", "05:20"));
  await stand.configure(there.admin, daily("23:15", "23:25"));
  await stand.advance("2 s");
  const stores = async () => [await pageOf(here.admin), await pageOf(there.admin)].map(({ store }) => store);
  expect((await stores()).map(({ opensAt }) => opensAt)).toEqual([
    "2026-06-16T03:10:00.000Z",
    "2026-06-16T03:15:00.000Z",
  ]);
  const openAt = async (time: string) => {
    await stand.advance(Date.parse(`2026-06-16T${time}Z`) - stand.azure.clock.now());
    return (await stores()).map(({ open }) => open);
  };
  expect(await openAt("03:11:30")).toEqual([true, false]);
  expect(await openAt("03:16:30")).toEqual([true, true]);
  expect(await openAt("03:21:30")).toEqual([false, true]);
});

test("a store that is closed for good lets nobody in and is told apart, while its people still look back; it comes back", async () => {
  await there.admin.post("/retired", { retired: true });
  await stand.advance("2 s");
  expect((await here.admin.me<Caller>()).stores[harbour]).toEqual({ name: "The harbour", retired: true });
  expect((await pageOf(there.admin)).store).toMatchObject({ open: false, retiredAt: expect.any(String) });
  expect(await there.bar.post("/open", { open: true }).catch(code)).toBe("store-closed");
  const { code: shown } = await here.screen.get<{ code: string }>("/code").catch(() => ({ code: "ACEFG" }));
  const guest = (await stand.person()).inStore(harbour);
  expect(await guest.post("/scans", { code: shown }).catch(code)).toMatch(/^(store-closed|code-unknown)$/);
  expect((await figuresOf(there.admin, "2026-06-15")).collected).toBe(2);
  await there.admin.post("/retired", { retired: false });
  await stand.advance("2 s");
  expect((await pageOf(there.admin)).store.open).toBe(true);
});

test("who runs one store is not given what is held about those who work at another, and gets it of their own", async () => {
  const phone = "+14255550190";
  const stranger = { id: `staff:${phone}`, kind: "staff", storeId: harbour, phone, name: "Stranger", roles: ["admin"] };
  await there.admin.put("/people", stranger);
  await stand.advance("2 s");
  const runs = (await stand.person(phone)).inStore(harbour);
  const about = (person: Person) => runs.post<PersonalDataReply>("/customers/data", { phone: person.phone });
  expect(await about(here.bar).catch(code)).toBe("works-here");
  expect(await about(here.admin).catch(code)).toBe("works-here");
  expect((await about(there.bar)).phone).toBe(there.bar.phone);
  expect((await about(runs)).phone).toBe(phone);
  expect((await about(await stand.person())).parts).not.toEqual([]);
  // Who runs both may ask about all who work at either.
  const both = { phone: here.bar.phone };
  expect((await there.admin.post<PersonalDataReply>("/customers/data", both)).phone).toBe(here.bar.phone);
});
