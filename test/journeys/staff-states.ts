import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { ConfigReply } from "../../contracts/http.ts";
import { account } from "../../web/lib/strings/account.ts";
import { admin as words } from "../../web/lib/strings/admin.ts";
import { barista as barWords } from "../../web/lib/strings/barista.ts";
import { common, errors, live } from "../../web/lib/strings/common.ts";
import { devices as deviceWords } from "../../web/lib/strings/devices.ts";
import { staff as staffWords } from "../../web/lib/strings/staff.ts";
import { stores } from "../../web/lib/strings/stores.ts";
import { story } from "../../web/lib/strings/story.ts";
import { t } from "../../web/lib/text.ts";
import type { Person } from "../system/person.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { submitWithoutNumber } from "../system/without-number.ts";
import { tryAgain, until } from "./customer-states.ts";
import { type Journey, text } from "./journey.ts";
import { Network } from "./network.ts";
import type { State } from "./states.ts";
import { dragByFinger } from "./touch.ts";

const press = (page: Page | Locator, name: string | RegExp) =>
  page
    .getByRole("button", { name, exact: typeof name === "string" })
    .first()
    .click();
const close = (page: Page) => page.keyboard.press("Escape");

/** A store that is new: closed, with nothing on its menu and nobody in it. */
async function emptyStore(owner: Person): Promise<string> {
  const { storeId } = await owner.post<{ storeId: string }>("/stores", { name: "Empty", timeZone: "Europe/Berlin" });
  return storeId;
}

/** A message stays for a minute, not for nine seconds: as long as a busy machine takes to look at it. Runs in the page, before its own script. */
const messagesStay = `{
  const { setTimeout: set } = globalThis;
  globalThis.setTimeout = (run, ms, ...more) => set(run, ms === 9_000 ? 60_000 : ms, ...more);
}`;

/** Opens an app of those who work while the network holds everything up, then loses it; when it is back, the server fails. */
async function withoutNetwork(
  visit: Journey,
  path: string,
  person: Person,
  [loading, lost, failed]: [State, State, State],
) {
  let way: Network | undefined;
  const page = await visit.openAs("tablet", path, person, async (fresh) => {
    await fresh.clock.install();
    await fresh.addInitScript(messagesStay);
    way = await Network.held(fresh, `${visit.stand.api}/**`);
  });
  await text(page, common.loading).waitFor();
  await visit.examine(page, loading);
  way?.cut();
  await until(page, text(page, errors.network));
  await visit.examine(page, lost);
  // It is asked again by itself, and each time what is wrong now is said.
  way?.fail();
  await until(page, text(page, errors.unexpected));
  await visit.examine(page, failed);
  await tryAgain(page, ...(way ? [way] : []));
  return page;
}

/** The push service sends a screen away, and it finds no way back yet. */
async function reconnecting(visit: Journey, page: Page, name: State): Promise<void> {
  await text(page, live.live).waitFor();
  const way = await Network.held(page, `${visit.stand.api}/**`);
  visit.stand.azure.webPubSub.closeConnections("maintenance");
  await text(page, live.reconnecting).waitFor();
  await visit.examine(page, name);
  await way.mend();
}

/** The bar: its board with all that can be on it, each dialog, and what keeps somebody from working. */
export async function atTheBar(visit: Journey): Promise<void> {
  const { stand } = visit;
  const { owner, bar: bea, screen } = await visit.staff();
  await stand.advance("16 min");
  const ordered: string[] = [];
  for (let n = 0; n < 6; n++) {
    const somebody = await stand.person(customerPhone(400 + n));
    const id = await stand.scan(somebody, screen);
    if (n === 5) {
      // As an older version left it to the workflow, which waits for a second of the stand's clock before it tries again.
      const failing = {
        service: "durable",
        operation: "activity",
        name: "orders-number",
        harm: "fail",
        times: 1,
      } as const;
      stand.azure.faults.add(failing);
      await submitWithoutNumber(stand);
    } else
      await somebody.command(id, "submit", { drinkId: "drink:latte", options: { milk: ["soy"], extras: ["decaf"] } });
    await stand.settle();
    ordered.push(id);
  }
  const [ready = "", mine = "", theirs = "", taken = ""] = ordered;
  for (const id of [ready, mine]) await bea.command(id, "claim");
  await bea.command(ready, "ready");
  await owner.command(theirs, "claim");

  const bar = await withoutNetwork(visit, "/barista", bea, ["bar-loading", "bar-no-network", "bar-failed"]);
  await text(bar, barWords.arriving).waitFor();
  await visit.examine(bar, "bar-arriving");
  const arriving = bar.getByRole("article", { name: t(barWords.orderNoNumber, { drink: "Espresso" }) });
  await press(arriving, /./);
  await press(bar.getByRole("dialog"), barWords.cancelOrder);
  await visit.examine(bar, "bar-cancel-arriving");
  await close(bar);
  await stand.advance("2 s");
  await arriving.waitFor({ state: "detached" });

  // Somebody else was faster.
  const claims = await Network.held(bar, `${stand.api}/**/claim`);
  await press(bar.getByRole("region", { name: barWords.queue, exact: true }), new RegExp(`^${barWords.make}:`));
  await owner.command(taken, "claim");
  await claims.mend();
  await text(bar, barWords.dismiss).waitFor();
  await visit.examine(bar, "bar-refused");
  await press(bar, barWords.dismiss);
  await text(bar, /making it$/).waitFor();
  await visit.examine(bar, "bar-foreign");
  await stand.advance("6 min");
  await bar.clock.fastForward(360_000);
  await text(bar, /late$/).waitFor();
  await visit.examine(bar, "bar-late");
  await reconnecting(visit, bar, "bar-reconnecting");

  // Each dialog by its key; the focus is on a ticket that waits, and for the last on one that is ready.
  const dialog = bar.getByRole("dialog");
  const opened = async (key: string) => {
    await bar.keyboard.press(key);
    await dialog.waitFor();
  };
  const onTicket = (column: "queue" | "ready") =>
    bar.getByRole("region", { name: barWords[column], exact: true }).locator("[data-ticket]").first().focus();
  await onTicket("queue");
  for (const [key, name] of [
    ["p", "bar-pause"],
    ["o", "bar-close"],
    ["c", "bar-cancel"],
    ["q", "bar-more"],
  ] as const) {
    await opened(key);
    await visit.examine(bar, name);
    await close(bar);
  }
  await onTicket("ready");
  await opened("f");
  await visit.examine(bar, "bar-give-up");
  await close(bar);
  for (const language of ["ar", "de"]) {
    await opened("q");
    await visit.speak(bar, language);
    await visit.examineIn(bar, "bar-more", language);
    await close(bar);
    await visit.examineIn(bar, "bar-late", language);
    await bar.locator(".queue [data-ticket]").first().focus();
    for (const [key, name] of [
      ["p", "bar-pause"],
      ["o", "bar-close"],
      ["c", "bar-cancel"],
      ["e", "barista-counter-ticket"],
      ["t", "barista-recall"],
      ["s", "barista-sold-out"],
      ["w", "barista-counter"],
      ["?", "bar-keys"],
    ] as const) {
      await opened(key);
      await visit.examineIn(bar, name, language);
      await close(bar);
    }
  }
  await opened("q");
  await visit.speak(bar, "en");
  await close(bar);

  // What somebody may do here is taken away while they look.
  await stand.configure(owner, { roles: ["display"] }, `staff:${staffPhones.barista}`);
  await text(bar, staffWords.roleChanged).waitFor();
  await visit.examine(bar, "barista-role-changed");
  await stand.configure(owner, { roles: ["barista"] }, `staff:${staffPhones.barista}`);
  await bar.context().close();

  const nowhere = await visit.openAs("tablet", "/barista?store=nowhere", await stand.person(customerPhone(409)));
  await text(nowhere, common.storeUnknown).waitFor();
  await visit.examine(nowhere, "bar-store-unknown");
  await nowhere.context().close();
}

/** The bar of a store that has just been made: nothing is there yet, and somebody may only look on. */
export async function atANewBar(visit: Journey): Promise<void> {
  const { stand } = visit;
  const { owner } = await visit.staff();
  const store = await emptyStore(owner);
  const there = owner.inStore(store);
  await stand.configure(there, { roles: ["admin"] }, `staff:${staffPhones.admin}`);
  const looking = await visit.openAs("tablet", `/barista?store=${store}`, owner);
  await text(looking, barWords.onlyLooking).waitFor();
  await visit.examine(looking, "bar-only-looking");
  await stand.configure(there, { roles: ["admin", "barista"] }, `staff:${staffPhones.admin}`);
  await looking.reload();
  await text(looking, barWords.queueClosedText).waitFor();
  await visit.examine(looking, "bar-closed");
  for (const [key, said, name] of [
    ["t", barWords.recallEmpty, "bar-recall-empty"],
    ["q", story.noStories, "bar-stories-none"],
  ] as const) {
    await looking.keyboard.press(key);
    if (key === "q") await press(looking, story.stories);
    await text(looking, said).waitFor();
    await visit.examine(looking, name);
    await close(looking);
  }
  await looking.context().close();
}

/** Every section of the admin app, with nothing in it and with something, and what goes wrong while somebody edits. */
export async function atTheDesk(visit: Journey): Promise<void> {
  const { stand, origin } = visit;
  const { owner } = await visit.staff();
  const stranger = await visit.open("desk", `${origin}/admin`);
  await text(stranger, words.signIn).waitFor();
  await visit.examine(stranger, "admin-sign-in");
  await visit.examineAbroad(stranger, "admin-sign-in");
  await stranger.context().close();
  const guest = await visit.openAs("desk", "/admin", await stand.person(customerPhone(410)));
  await text(guest, staffWords.notAllowed).waitFor();
  await visit.examine(guest, "admin-not-allowed");
  await guest.context().close();

  const admin = await withoutNetwork(visit, "/admin", owner, ["admin-loading", "admin-no-network", "admin-failed"]);
  const go = (to: string) => admin.evaluate(`location.hash = ${JSON.stringify(to)}`);
  for (const [to, said, name] of [
    ["today", words.today.title, "admin-today"],
    ["days", words.days.title, "admin-days"],
    ["menu", words.shared.title, "admin-menu"],
    ["orders", words.ordersTitle, "admin-orders"],
    ["people", words.peopleTitle, "admin-people"],
    ["devices", deviceWords.title, "admin-devices"],
    ["stores", stores.title, "admin-stores-one"],
    ["menu/drink:latte", "Latte", "admin-drink-shares"],
    ["menu/options:milk", "Milk", "admin-question-shared"],
    ["menu/new", words.newDrink, "admin-drink-new"],
    ["menu/new-options", words.shared.new, "admin-question-new"],
    ["menu/drink:none", words.missingTitle, "admin-missing"],
  ] as const) {
    await go(to);
    await admin.getByRole("heading", { name: said, exact: true }).first().waitFor();
    await visit.examine(admin, name);
    await visit.examineAbroad(admin, name);
  }
  await reconnecting(visit, admin, "admin-reconnecting");
  await admin.context().close();
}

/** What the admin app asks before it does something, and says when that cannot be. */
export async function askedAtTheDesk(visit: Journey): Promise<void> {
  const { stand } = visit;
  const { owner } = await visit.staff();
  const somebody = await stand.person(customerPhone(411));
  const order = await stand.scan(somebody, owner);
  await somebody.command(order, "submit", { drinkId: "drink:latte", options: {} });
  await stand.settle();
  const admin = await visit.openAs("tablet", "/admin", owner);
  const go = (to: string) => admin.evaluate(`location.hash = ${JSON.stringify(to)}`);
  await text(admin, words.today.title).waitFor();
  await go("orders/history?number=99999");
  await text(admin, words.history.none).waitFor();
  await visit.examine(admin, "admin-history-none");
  await go("days");
  await admin.getByLabel(words.days.from, { exact: true }).fill("2026-06-14");
  await admin.getByLabel(words.days.to, { exact: true }).fill("2026-06-13");
  await press(admin, words.days.show);
  await text(admin, words.days.wrongWay).waitFor();
  await visit.examine(admin, "admin-days-wrong");
  const dialog = admin.getByRole("dialog");
  await go("orders");
  await admin.getByRole("button", { name: words.cancel, exact: true }).first().click();
  await dialog.waitFor();
  await visit.examine(admin, "admin-cancel");
  await close(admin);
  await go("devices");
  await press(admin, new RegExp(`^${deviceWords.end}: Alex`));
  await visit.examine(admin, "admin-end-device");
  await close(admin);
  await go("people");
  await admin.getByRole("textbox", { name: account.phone }).fill("+491512345678");
  await press(admin, account.customerDelete);
  await visit.examine(admin, "admin-customer-delete");
  await close(admin);
  await go("menu");
  await admin.getByRole("switch", { name: words.storeOpen }).click();
  await visit.examine(admin, "admin-close");
  await close(admin);

  // Two edit the same drink; then it is removed under one's hands.
  await go("menu/drink:latte");
  const description = admin.getByLabel(words.fields.description, { exact: true });
  await description.fill("with a heart");
  await admin.getByRole("link", { name: words.sections.orders, exact: true }).click();
  await dialog.waitFor();
  await visit.examine(admin, "admin-leave");
  await press(dialog, words.stay);
  await press(admin, words.remove);
  await visit.examine(admin, "admin-delete-drink");
  await press(dialog, words.keepIt);
  await stand.configure(owner, { description: "as always" }, "drink:latte");
  await text(admin, words.conflictTitle).waitFor();
  await visit.examine(admin, "admin-conflict");
  await visit.examineAbroad(admin, "admin-conflict");
  await press(admin, words.loadTheirs);
  await go("menu/drink:americano");
  await admin.getByRole("heading", { name: "Americano" }).waitFor();
  await description.fill("long, and black");
  const { documents } = await owner.get<ConfigReply>("/config");
  const americano = documents.find(({ document }) => document.id === "drink:americano");
  await owner.delete("/config/drink:americano", { "if-match": americano?.etag ?? "" });
  await stand.settle();
  await text(admin, words.conflictGone).waitFor();
  await visit.examine(admin, "admin-conflict-gone");
  await press(admin, words.goBack);
  await admin.context().close();
}

/** Drinks and their questions, by hand: what is asked alike is made one, and all of it is moved by a finger. */
export async function byHand(visit: Journey): Promise<void> {
  const { owner } = await visit.staff();
  const admin = await visit.openAs("tablet", "/admin#menu", owner);
  await shareOne(visit, admin, owner);
  await moveByFinger(visit, admin);
  await admin.context().close();
}

/** The desk of a store that has just been made, by somebody who makes no coffee. */
export async function atANewDesk(visit: Journey): Promise<void> {
  const { stand } = visit;
  const { owner } = await visit.staff();
  const store = await emptyStore(owner);
  await stand.configure(owner.inStore(store), { roles: ["admin"] }, `staff:${staffPhones.admin}`);
  const empty = await visit.openAs("desk", `/admin?store=${store}#menu`, owner);
  await text(empty, words.noDrinks).waitFor();
  await visit.examine(empty, "admin-menu-empty");
  await empty.getByRole("link", { name: words.sections.orders, exact: true }).click();
  await text(empty, words.noOrders).waitFor();
  await visit.examine(empty, "admin-orders-none");
  await visit.examine(empty, "admin-only-looking");
  await empty.context().close();
}

/** Two drinks ask for sugar, each for itself: an owner makes it one question, which they share. */
async function shareOne(visit: Journey, admin: Page, owner: Person): Promise<void> {
  const { stand } = visit;
  const choices = ["none", "one", "two"].map((id) => ({ id, name: id }));
  const sugar = { id: "sugar", name: "Sugar", choose: "one", choices, default: "none" };
  const drinks = ["drink:espresso", "drink:cappuccino"];
  const optionsOf = async (id: string) => {
    const { documents } = await owner.get<ConfigReply>("/config");
    return documents.find(({ document }) => document.id === id)?.document.options as Record<string, unknown>[];
  };
  for (const id of drinks) {
    const own = id === "drink:espresso" ? sugar : { ...sugar, choices: choices.slice(0, 2), default: "one" };
    await stand.configure(owner, { options: [...(await optionsOf(id)), own] }, id);
  }
  await admin.getByRole("link", { name: words.sections.menu, exact: true }).click();
  await text(admin, t(words.shared.offer, { n: 2, name: "Sugar" })).waitFor();
  await visit.examine(admin, "admin-question-offered");
  await visit.examineAbroad(admin, "admin-question-offered");
  await press(admin, t(words.shared.accept, { name: "Sugar" }));
  await text(admin, words.saved).waitFor();
  await visit.examine(admin, "admin-question-shared-now");
  await text(admin, t(words.shared.usedBy, { n: 2 })).waitFor();
  expect(await admin.getByText(t(words.shared.offer, { n: 2, name: "Sugar" })).count()).toBe(0);
  // What one of them offers less of, or takes by itself, stays as it was.
  expect((await optionsOf("drink:cappuccino")).at(-1)).toEqual({ shared: "options:sugar", without: ["two"] });
  expect((await optionsOf("drink:espresso")).at(-1)).toEqual({ shared: "options:sugar", default: "none" });
  await stand.settle();
  const { menu } = await stand.page();
  for (const id of drinks) {
    const shared = menu.find((drink) => drink.id === id)?.options.find((group) => group.id === "sugar");
    expect(shared?.choices.map((choice) => choice.id)).toEqual(
      id === "drink:espresso" ? ["none", "one", "two"] : ["none", "one"],
    );
  }
}

/** Drinks, a drink's questions and a question's choices are moved by a finger; what scrolls the page elsewhere moves them at their grips. */
async function moveByFinger(visit: Journey, admin: Page): Promise<void> {
  const { stand } = visit;
  const grip = (name: string) => admin.getByRole("button", { name: t(words.sort.grip, { name }), exact: true });
  const grips = () =>
    admin.locator("[data-grip]").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  const named = (...names: string[]) => names.map((name) => t(words.sort.grip, { name }));
  await admin.getByRole("link", { name: words.sections.menu, exact: true }).click();
  await expect
    .poll(grips)
    .toEqual(named("Americano", "Flat White", "Cappuccino", "Latte", "Espresso", "Double Espresso"));
  await dragByFinger(admin, grip("Espresso"), grip("Cappuccino"));
  await text(admin, t(words.sort.put, { name: "Espresso", n: 3, total: 6 })).waitFor();
  const drinks = async () => (await stand.page()).menu.map(({ name }) => name);
  await expect.poll(drinks).toEqual(["Americano", "Flat White", "Espresso", "Cappuccino", "Latte", "Double Espresso"]);

  const latte = async () => (await stand.page()).menu.find(({ id }) => id === "drink:latte")?.options ?? [];
  await admin.getByRole("link", { name: t(words.edit, { name: "Latte" }) }).click();
  await expect.poll(grips).toEqual(named("Size", "Milk", "Extras"));
  await dragByFinger(admin, grip("Size"), grip("Milk"));
  await expect.poll(grips).toEqual(named("Milk", "Size", "Extras"));
  await press(admin, words.save);
  await expect.poll(async () => (await latte()).map(({ id }) => id)).toEqual(["milk", "size", "extras"]);
  // Until the form knows that, too, whoever leaves it is asked whether they mean it.
  await admin.getByText(words.unsaved, { exact: true }).waitFor({ state: "hidden" });
  await admin.evaluate("location.hash = 'menu/options:milk'");
  await grip("Soy").waitFor();
  await dragByFinger(admin, grip("Soy"), grip("Whole"));
  await press(admin, words.save);
  const milk = async () => (await latte()).find(({ id }) => id === "milk")?.choices.map(({ id }) => id);
  // It has each but the first.
  await expect.poll(milk).toEqual(["soy", "whole", "oat", "lactose-free"]);
}
