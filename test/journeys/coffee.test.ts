import { CosmosClient } from "@azure/cosmos";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { chosenOf, extensionsIn } from "../../infra/extensions.ts";
import { resources } from "../../tools/stand-options.ts";
import { admin as adminWords } from "../../web/lib/strings/admin.ts";
import { barista as baristaWords } from "../../web/lib/strings/barista.ts";
import { common as commonWords, errors as errorWords } from "../../web/lib/strings/common.ts";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { signIn as signInWords } from "../../web/lib/strings/sign-in.ts";
import { staff as staffWords } from "../../web/lib/strings/staff.ts";
import { story as storyWords } from "../../web/lib/strings/story.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { customer as phoneWords } from "./customer-words.ts";
import { inTheWay } from "./in-the-way.ts";
import { Journey, text } from "./journey.ts";
import { stopTime } from "./page-time.ts";

/** A minute and a half into a code window: no new one begins by itself in the middle of a test. */
const morning = Date.parse("2026-06-15T08:16:30Z");

const hub = resources.webPubSub?.hub ?? "";

/** As a stand has them that chooses none itself. */
const extensions = chosenOf(extensionsIn(), "default");

let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: morning, extensions });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("coffee");
});
afterAll(() => visit?.end());

test("a coffee: from the code on the display to the counter, seen by everyone as it happens", async () => {
  const display = await visit.openDisplay();
  await visit.examine(display.page, "display-empty");
  // At a desk the code is clicked; whoever comes that way is not the display's person.
  const desk = display.page.waitForEvent("popup");
  await display.page.getByRole("link").first().click();
  await text(await desk, phoneWords.signInTitle).waitFor();
  await (await desk).close();
  const barista = await visit.open("tablet", `${visit.origin}/barista`);
  // A newcomer is told whom they can sign in as here, and where the code lands.
  const hint = barista.getByRole("complementary", { name: signInWords.tryTitle });
  await hint.waitFor();
  await visit.examine(barista, "barista-sign-in");
  expect(await hint.getByRole("listitem").allTextContents()).toEqual([
    expect.stringContaining(staffPhones.barista),
    expect.stringContaining(staffPhones.admin),
  ]);
  await hint.getByRole("button").first().click();
  await barista.getByRole("textbox", { name: signInWords.code, exact: true }).waitFor();
  const inbox = barista.waitForEvent("popup");
  await hint.getByRole("link", { name: signInWords.tryInbox }).click();
  const messages = await inbox;
  const newest = messages.getByText(/\b\d{6}\b/).first();
  const secret = /\b\d{6}\b/.exec((await newest.textContent()) ?? "")?.[0] ?? "";
  await messages.close();
  await barista.getByRole("textbox", { name: signInWords.code, exact: true }).fill(secret);
  await text(barista, "Nobody is waiting").waitFor();
  await visit.examine(barista, "barista-empty");

  const phone = await visit.open("phone", display.url);
  await text(phone, phoneWords.signInTitle).waitFor();
  // A scan is kept for each of the two who are to sign in: here, and at the desk that was closed.
  await text(phone, /^Your scan is kept for 5 minutes/).waitFor();
  await text(display.page, "8 of 10 left").waitFor();
  await visit.examine(phone, "customer-sign-in");
  await visit.signIn(phone, customerPhone(0));
  await text(phone, phoneWords.chooseTitle).waitFor();
  expect(new URL(phone.url()).search).not.toContain("code=");
  await text(display.page, "8 of 10 left").waitFor();
  await phone.getByText("Latte", { exact: true }).click();
  await visit.examine(phone, "customer-menu");
  // Whoever has chosen sees where to go on, on the shortest phones too.
  const whole = phone.viewportSize() ?? { width: 390, height: 844 };
  for (const [width, height] of [
    [375, 553],
    [320, 568],
  ] as const) {
    await phone.setViewportSize({ width, height });
    expect(await inTheWay(phone.getByRole("button", { name: /^Choose / }))).toBe("");
  }
  await phone.setViewportSize(whole);
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByText("Oat", { exact: false }).first().click();
  await visit.examine(phone, "customer-options");
  await phone.getByRole("button", { name: "Order Latte" }).click();

  await text(phone, phoneWords.inQueue).waitFor();
  await text(phone, phoneWords.nextInQueue).waitFor();
  await visit.examine(phone, "customer-queued");
  const ticket = barista.getByRole("article", { name: /^Order 1, Latte/ });
  await ticket.waitFor();
  await visit.examine(barista, "barista-queue");
  await text(display.page, "Latte").waitFor();

  await ticket.getByRole("button", { name: "Make" }).click();
  await text(phone, phoneWords.beingMade).waitFor();
  await text(display.page, displayWords.making).waitFor();
  await visit.examine(phone, "customer-making");
  await visit.examine(barista, "barista-making");

  await barista
    .getByRole("article", { name: /^Order 1, Latte/ })
    .getByRole("button", { name: "Ready" })
    .click();
  await text(phone, phoneWords.ready).waitFor();
  await visit.examine(phone, "customer-ready");
  await display.page.getByText(displayWords.pickUp).waitFor();
  await visit.examine(display.page, "display-ready");
  // One connection a screen, however the signing in went: each more would count against the service's limit.
  await expect.poll(() => visit.stand.azure.webPubSub.connections(hub)).toHaveLength(3);
  await visit.examine(barista, "barista-ready");

  // The phone is put away and taken out again: the order is still there.
  await phone.reload();
  await text(phone, phoneWords.ready).waitFor();

  await barista.getByRole("button", { name: /^1, Latte/ }).click();
  await barista.getByRole("button", { name: /^Undo/ }).waitFor();
  await visit.examine(barista, "barista-undo");
  await text(phone, "Enjoy your Latte!").waitFor();
  await visit.examine(phone, "customer-collected");
  await readStories(phone, barista);
  // Whoever scans the same code again wants another, and does not see the end of the last one again.
  await phone.goto(display.url);
  await text(phone, phoneWords.chooseTitle).waitFor();
  await changeOfMind(phone, barista);
  for (const page of [phone, barista, display.page]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

/** An owner sets hours, with a break at noon and a holiday, by keyboard where lines come and go; and lets it be. */
async function setHours(admin: Page): Promise<void> {
  await admin.getByRole("link", { name: adminWords.settings, exact: true }).click();
  await admin.getByRole("checkbox", { name: adminWords.fields.scheduled }).check();
  const monday = admin.getByRole("group", { name: adminWords.weekdays.monday });
  await monday.getByRole("textbox").or(monday.locator("input")).nth(1).fill("12:00");
  await monday.getByRole("button", { name: /^Add a time/ }).focus();
  await admin.keyboard.press("Enter");
  await expect.poll(() => focused(admin)).toMatch(/^Monday, (opens|closes), 2$/);
  await admin.getByLabel("Monday, opens, 2").fill("13:00");
  await admin.getByLabel("Monday, closes, 2").fill("17:30");
  await admin.getByRole("button", { name: "Copy to all days: Monday" }).click();
  await expect.poll(() => admin.getByLabel("Sunday, closes, 2").inputValue()).toBe("17:30");
  await admin.getByRole("button", { name: adminWords.addException, exact: true }).click();
  await expect.poll(() => admin.evaluate("document.activeElement.type")).toBe("date");
  await visit.examine(admin, "admin-hours");
  // A day without a date is told where it stands, and nothing is saved.
  await admin.getByRole("button", { name: adminWords.save, exact: true }).click();
  await text(admin, "New day: something is left empty or cannot be read.").waitFor();
  await admin.getByRole("button", { name: adminWords.discard }).click();
  await admin.getByRole("checkbox", { name: adminWords.fields.scheduled, checked: false }).waitFor();
}

/** What has the focus, by its name. */
const focused = (page: Page) =>
  page.evaluate<string>(
    "(({ tagName, ariaLabel, labels, textContent }) => ariaLabel ?? (labels?.[0] ?? { textContent }).textContent.trim() ?? tagName)(document.activeElement)",
  );

/** An owner mends a drink by keyboard: it is said in words what is wrong, and whatever they press, the focus stays near it. */
async function mend(admin: Page): Promise<void> {
  await text(admin, "Picture is not one of the choices.").waitFor();
  await admin.getByRole("link", { name: adminWords.openProblem, exact: true }).click();
  await admin.getByRole("heading", { name: "Long Black", level: 1 }).waitFor();
  const press = async (name: string, exact = true) => {
    await admin.getByRole("button", { name, exact }).focus();
    await admin.keyboard.press("Enter");
  };
  await press(adminWords.addGroup);
  await expect.poll(() => focused(admin)).toBe(adminWords.groupName);
  await admin.keyboard.type("Sugar");
  await press("Move Sugar up");
  await expect.poll(() => focused(admin)).toBe("Move Sugar up");
  const sugar = admin.getByRole("group", { name: /Sugar$/ });
  for (const name of ["One", "Two"]) {
    await sugar.getByRole("button", { name: adminWords.addChoice }).focus();
    await admin.keyboard.press("Enter");
    await expect.poll(() => focused(admin)).toMatch(/^Choice \d$/);
    await admin.keyboard.type(name);
  }
  // Of three: the next, then the last, then the button that adds one.
  for (const [gone, next] of [
    ["One", "Remove Two"],
    ["Two", "Remove New choice"],
    ["New choice", adminWords.addChoice],
  ] as const) {
    await press(`Remove ${gone}`);
    await expect.poll(() => focused(admin)).toBe(next);
  }
  await press(adminWords.save);
  await text(admin, "Choices: there must be at least one.").waitFor();
  await visit.examine(admin, "admin-wrong-fields");
  await press("Remove Sugar");
  await expect.poll(() => focused(admin)).toMatch(/^Remove /);
  await admin.getByLabel(adminWords.fields.icon).selectOption("takeaway");
  await press(adminWords.save);
  await text(admin, adminWords.saved).waitFor();
  await expect.poll(() => focused(admin)).toBe(adminWords.save);
  await admin.getByLabel(adminWords.fields.description, { exact: true }).fill("changed");
  await press(adminWords.discard);
  await expect.poll(() => focused(admin)).toBe("Long Black");
  await admin.getByRole("link", { name: adminWords.sections.menu }).first().click();
  await text(admin, adminWords.drinks).waitFor();
  expect(await admin.getByText(adminWords.problemStays).count()).toBe(0);
}

/** Oat milk runs out at the bar: a customer who had chosen it is told, and finds it sold out in every drink. */
async function runOutOfOat(phone: Page, barista: Page): Promise<void> {
  await phone.getByText("Flat White", { exact: true }).click();
  // A double tap leads to the options: its second tap does not order what nobody has chosen yet.
  await phone.getByRole("button", { name: /^Choose size/ }).dblclick();
  await phone.getByRole("button", { name: "Order Flat White", exact: true }).waitFor();
  await phone.getByText("Oat", { exact: true }).click();
  await barista.getByRole("button", { name: baristaWords.soldOut }).first().click();
  await barista.getByRole("switch", { name: `Oat: ${staffWords.onTheMenu}`, exact: true }).click();
  await text(phone, "Oat has just sold out.").waitFor();
  // Nothing is put in its place: the customer is asked.
  expect(await phone.getByRole("button", { name: "Choose milk", exact: true }).isDisabled()).toBe(true);
  await visit.examine(phone, "customer-choice-sold-out");
  await phone.getByText("Soy", { exact: true }).click();
  await phone.getByRole("button", { name: "Order Flat White", exact: true }).waitFor();
  await phone.getByRole("button", { name: phoneWords.changeDrink }).click();
  await phone.getByText("Latte", { exact: true }).click();
  await phone.getByRole("button", { name: /^Choose size/ }).click();
  await expect.poll(() => phone.getByRole("radio", { name: /^Oat/ }).isDisabled()).toBe(true);
  await phone.getByRole("button", { name: phoneWords.changeDrink }).click();
  await barista.getByRole("switch", { name: `Oat: ${staffWords.onTheMenu}`, checked: false, exact: true }).waitFor();
  await barista.getByText("Oat", { exact: true }).scrollIntoViewIfNeeded();
  await visit.examine(barista, "barista-sold-out");
  await barista.getByRole("button", { name: commonWords.close, exact: true }).click();
}

/** An owner moves drinks by keys and by drag. Who saw another order than there is by now is refused, and sees it go back; there the page's time stands. */
async function rearrange(admin: Page, phone: Page, elsewhere: () => Promise<unknown>): Promise<void> {
  // The values, and the names, of what stands there.
  const order = () =>
    phone.evaluate<string>(
      `[...document.querySelectorAll("[name=drink]")].map(({ value }) => value.slice(6)).join(" ")`,
    );
  const rows = () =>
    admin.evaluate<string>(
      `[...document.querySelectorAll("tbody [data-grip]")].map(({ ariaLabel }) => ariaLabel.slice(5)).join(", ")`,
    );
  const grip = (name: string) => admin.getByRole("button", { name: `Move ${name}`, exact: true });
  expect(await order()).toBe("americano flat-white cappuccino latte espresso double-espresso");
  await grip("Latte").focus();
  await admin.keyboard.press("Enter");
  await text(admin, /^Latte is picked up, place 4 of 6/).waitFor();
  await visit.examine(admin, "admin-menu-moving");
  await admin.keyboard.press("Home");
  await text(admin, "Latte: place 1 of 6.").waitFor();
  await admin.keyboard.press("Enter");
  await expect.poll(order).toBe("latte americano flat-white cappuccino espresso double-espresso");
  expect(await focused(admin)).toBe("Move Latte");
  const [from, to] = [await grip("Double Espresso").boundingBox(), await grip("Flat White").boundingBox()];
  if (!from || !to) throw new Error("a grip is not to be seen");
  await admin.mouse.move(from.x + 10, from.y + 10);
  await admin.mouse.down();
  await admin.mouse.move(to.x + 10, to.y + 4, { steps: 4 });
  await visit.look(admin, "admin-menu-dragging");
  await admin.mouse.up();
  await text(admin, "Double Espresso is put down, place 3 of 6.").waitFor();
  await expect.poll(order).toBe("latte americano double-espresso flat-white cappuccino espresso");
  // Picked up, moved and put back is as if nothing was.
  await grip("Latte").press("Enter");
  await admin.keyboard.press("ArrowDown");
  await admin.keyboard.press("Escape");
  await text(admin, "Latte is back at place 1 of 6.").waitFor();
  await grip("Latte").press("Enter");
  await admin.keyboard.press("ArrowDown");
  await elsewhere();
  await expect.poll(order).toBe("latte double-espresso flat-white cappuccino espresso americano");
  await stopTime(admin);
  await admin.keyboard.press("Enter");
  await text(admin, errorWords.byCode["document-changed"]).waitFor();
  await expect.poll(rows).toBe("Latte, Double Espresso, Flat White, Cappuccino, Espresso, Americano");
}

/** Somebody new is added with a number as people of their country write it. */
async function hire(admin: Page): Promise<void> {
  await admin.getByRole("link", { name: adminWords.sections.people, exact: true }).click();
  const add = admin.getByRole("link", { name: adminWords.addPerson });
  await add.waitFor();
  // What was just said of the menu still stands there, beside what this section offers.
  await text(admin, errorWords.byCode["document-changed"]).waitFor();
  expect(await inTheWay(add)).toBe("");
  await admin.clock.resume();
  await add.click();
  await admin.getByLabel(adminWords.fields.name).fill("Cleo");
  await admin.getByLabel(adminWords.fields.country).selectOption("DE");
  const phone = admin.getByLabel(adminWords.fields.phone);
  await phone.fill("0151");
  const save = admin.getByRole("button", { name: adminWords.save, exact: true });
  await save.click();
  await text(admin, adminWords.phoneForm).waitFor();
  await visit.examine(admin, "admin-person");
  await phone.fill("0151 / 23 45 67 89");
  await save.click();
  await text(admin, "+49 1512 3456789").waitFor();
  await admin.getByRole("link", { name: adminWords.sections.menu, exact: true }).click();
  await text(admin, adminWords.drinks).waitFor();
}

/** The question whether to cancel goes when the order is made, and does not come back by itself when the bar gives the order back. */
async function changeOfMind(phone: Page, barista: Page): Promise<void> {
  await phone.getByText("Latte", { exact: true }).click();
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByRole("button", { name: "Order Latte" }).click();
  await text(phone, phoneWords.inQueue).waitFor();
  const asked = phone.getByRole("dialog");
  await phone.getByRole("button", { name: phoneWords.cancel, exact: true }).click();
  await asked.waitFor();
  const ticket = barista.getByRole("article", { name: /^Order 2, Latte/ });
  await ticket.getByRole("button", { name: "Make" }).click();
  await asked.waitFor({ state: "detached" });
  await ticket.getByRole("button", { name: /^More/ }).click();
  await barista.getByRole("button", { name: baristaWords.giveBack, exact: true }).click();
  await phone.getByRole("button", { name: phoneWords.cancel, exact: true }).waitFor();
  expect(await asked.count()).toBe(0);
  await phone.getByRole("button", { name: phoneWords.cancel, exact: true }).click();
  await phone.getByRole("button", { name: phoneWords.cancelYes }).click();
  await text(phone, phoneWords.cancelledTitle).waitFor();
}

/** How the coffee travelled: its customer reads it and shares it, somebody else looks, the bar looks it up. */
async function readStories(phone: Page, barista: Page): Promise<void> {
  await phone.getByRole("button", { name: phoneWords.myOrders }).click();
  await phone.getByRole("link", { name: new RegExp(`^${phoneWords.seeTravel}.*Latte`) }).waitFor();
  await visit.examine(phone, "customer-orders");
  await phone.getByRole("button", { name: commonWords.back }).click();
  await phone.getByRole("link", { name: phoneWords.seeStory }).click();
  await text(phone, storyWords.title).waitFor();
  const line = phone.getByRole("list", { name: storyWords.steps });
  expect(await line.getByRole("listitem").count()).toBe(7);
  expect(await line.getByRole("listitem").first().textContent()).toContain(storyWords.byYou);
  await visit.examine(phone, "story");
  await phone.getByRole("switch", { name: storyWords.underneath }).click();
  await text(phone, "crema.order.submitted.v1").waitFor();
  for (const { folder } of extensions) await text(phone, `${folder}/index.ts`).waitFor();
  await visit.examine(phone, "story-underneath");
  await everyWidth(phone, "story-underneath");
  await phone.getByRole("switch", { name: storyWords.underneath }).click();
  await everyWidth(phone, "story");
  for (const [name, media] of [
    ["story-dark", { colorScheme: "dark" }],
    ["story-forced", { forcedColors: "active" }],
    ["story-print", { media: "print" }],
  ] as const) {
    await phone.emulateMedia(media);
    await visit.examine(phone, name);
    if (name === "story-print")
      expect(await phone.getByRole("button", { name: storyWords.share }).isVisible()).toBe(false);
    await phone.emulateMedia({ colorScheme: null, forcedColors: null, media: null });
  }

  await phone.getByRole("button", { name: storyWords.share, exact: true }).click();
  const address = await phone.getByLabel(storyWords.shareLink).inputValue();
  // The button is gone: whoever pressed it is at the address.
  await expect.poll(() => phone.evaluate("document.activeElement.value")).toBe(address);
  await visit.examine(phone, "story-shared-by-me");
  const stranger = await visit.open("desk", address, (page) => page.emulateMedia({ colorScheme: "dark" }));
  await text(stranger, storyWords.titleShared).waitFor();
  await stranger.getByRole("switch", { name: storyWords.underneath }).click();
  await visit.examine(stranger, "story-of-a-stranger");
  expect(await stranger.locator("meta[name=robots]").getAttribute("content")).toContain("noindex");
  expect((await stranger.request.get(address)).headers()["x-robots-tag"]).toContain("noindex");
  await phone.getByRole("button", { name: storyWords.takeBack }).click();
  await text(phone, storyWords.takenBack).waitFor();
  await expect.poll(() => focused(phone)).toBe(storyWords.share);
  await stranger.reload();
  await text(stranger, storyWords.gone).waitFor();
  await visit.examine(stranger, "story-gone");
  await stranger.context().close();

  await barista.getByRole("button", { name: baristaWords.more }).click();
  await barista.getByRole("button", { name: storyWords.stories }).click();
  await visit.examine(barista, "barista-stories");
  await barista.getByRole("button", { name: /^1 Latte/ }).click();
  await barista.getByText(storyWords.what.collected).waitFor();
  await visit.examine(barista, "barista-story");
  await barista.getByRole("button", { name: commonWords.close, exact: true }).click();
  await barista.getByRole("button", { name: commonWords.close, exact: true }).click();
  await phone.goto(`${visit.origin}/`);
  await phone.getByRole("button", { name: phoneWords.myOrders }).click();
  // Whoever reads the story of one is back at the list after it, whether or not the browser has kept the page.
  await phone.getByRole("link", { name: new RegExp(`^${phoneWords.seeTravel}.*Latte`) }).click();
  await text(phone, storyWords.title).waitFor();
  await phone.goBack();
  await phone.getByRole("heading", { name: phoneWords.myOrders }).waitFor();
}

/** Looks from the narrowest to the widest: nothing is cut off, nothing scrolls to the side. */
async function everyWidth(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [320, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await visit.look(page, `${name}-${width}`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  }
  if (before) await page.setViewportSize(before);
}

test("the stand is run: a drink sells out, the store closes, and every screen follows", async () => {
  await visit.stand.advance("31 s");
  const admin = await visit.open("desk", `${visit.origin}/admin#menu`, (page) => page.clock.install());
  await visit.signIn(admin, staffPhones.admin);
  const barista = await visit.open("tablet", `${visit.origin}/barista`);
  await visit.signIn(barista, staffPhones.barista);
  await text(admin, "Flat White").waitFor();
  await visit.examine(admin, "admin-menu");
  const display = await visit.openDisplay();
  const phone = await visit.open("phone", display.url);
  await visit.signIn(phone, customerPhone(1));
  await text(phone, phoneWords.chooseTitle).waitFor();
  await phone.getByText("Espresso", { exact: true }).click();

  const espresso = admin.getByRole("switch", { name: "Espresso: On the menu", exact: true });
  await espresso.click();
  await text(phone, "Espresso has just sold out. Please choose another.").waitFor();
  await visit.examine(phone, "customer-just-sold-out");

  await runOutOfOat(phone, barista);
  const config = new CosmosClient(visit.stand.azure.endpoints.cosmos.connectionString)
    .database("crema")
    .container("config");
  const americano = config.item("drink:americano", visit.stand.storeId);
  await rearrange(admin, phone, () => americano.patch([{ op: "set", path: "/position", value: 9_000 }]));

  await hire(admin);

  // An admin without the admin app: a good edit in Cosmos DB is on the phone, a broken one is explained and changes nothing.
  const client = new CosmosClient(visit.stand.azure.endpoints.cosmos.connectionString);
  const drink = client.database("crema").container("config").item("drink:americano", visit.stand.storeId);
  await drink.patch([{ op: "set", path: "/name", value: "Long Black" }]);
  await text(phone, "Long Black").waitFor();
  await drink.patch([{ op: "set", path: "/icon", value: "bucket" }]);
  await text(admin, adminWords.problemStays).waitFor();
  await visit.examine(admin, "admin-problem");
  expect(await phone.getByText("Long Black", { exact: true }).isVisible()).toBe(true);
  await mend(admin);

  // Whoever is taken off the list of people is told so, and sees and hears no more.
  await text(barista, "Nobody is waiting").waitFor();
  const mark = { id: `staff:${staffPhones.barista}`, kind: "staff", storeId: visit.stand.storeId, deleted: true };
  await client.database("crema").container("config").items.upsert(mark);
  await text(barista, staffWords.noLonger).waitFor();
  await visit.examine(barista, "barista-no-longer");
  const screens = () => visit.stand.azure.webPubSub.connections(hub).length;
  await expect.poll(screens).toBe(3);
  await barista.getByRole("button", { name: commonWords.signOut }).click();
  await text(barista, baristaWords.signIn).waitFor();
  await barista.context().close();
  client.dispose();

  // Five minutes to choose, and they are over: the clock is moved, not waited for.
  await visit.stand.advance("5 min");
  await text(phone, phoneWords.expiredYouTitle).waitFor();
  await visit.examine(phone, "customer-expired");

  const passerBy = await visit.open("phone", `${visit.origin}/`);
  await admin.getByRole("button", { name: staffWords.pause }).click();
  await admin.getByRole("combobox", { name: staffWords.pauseReason }).fill("Cleaning the machine");
  await visit.examine(admin, "admin-pause");
  await admin.getByRole("button", { name: "5 minutes" }).click();
  await text(display.page, displayWords.pausedTitle).waitFor();
  await visit.examine(display.page, "display-paused");
  await text(passerBy, "Cleaning the machine").waitFor();
  await visit.examine(passerBy, "customer-paused");
  await admin.getByRole("button", { name: staffWords.endPause }).click();
  await text(display.page, displayWords.pausedTitle).waitFor({ state: "hidden" });
  await passerBy.context().close();

  await admin.getByRole("switch", { name: /Store open/ }).click();
  await admin.getByRole("button", { name: "Close store" }).click();
  await text(display.page, displayWords.closedTitle).waitFor();
  await visit.examine(display.page, "display-closed");
  const passer = await visit.open("phone", `${visit.origin}/`);
  await text(passer, /is closed/).waitFor();
  await visit.examine(passer, "customer-closed");
  await visit.examine(admin, "admin-closed");
  await setHours(admin);
  for (const page of [phone, admin, display.page, passer]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("what needs no token is asked without one, and so without a preflight: a first visit costs few requests", async () => {
  const connections = () => visit.stand.azure.webPubSub.connections(hub).length;
  await expect.poll(connections).toBe(0);
  // Once to have something to show, and once more when nothing can be missed any more.
  const first = [
    "GET /stores/main",
    "GET /stores/main",
    "GET /stores/main/live",
    "GET /stores/main/queue",
    "GET /stores/main/queue",
  ];
  const phone = await visit.openNoting("phone", `${visit.origin}/`);
  await expect.poll(() => [...phone.asked].sort()).toEqual(first);
  await phone.page.context().close();

  const display = await visit.openNoting("monitor", `${visit.origin}/display`);
  await text(display.page, displayWords.pairTitle).waitFor();
  expect(display.asked.filter((one) => one.startsWith("OPTIONS"))).toEqual(["OPTIONS /stores/main/pairings"]);
  await expect.poll(connections).toBe(1);
  await visit.signIn(display.page, staffPhones.display);
  // One connection it has already, as the screen that is to be paired: what the signed-in one asks is asked once it shows how the stand is.
  await text(display.page, displayWords.closedTitle).waitFor();
  await expect.poll(connections).toBe(1);
  const preflights = display.asked.filter((one) => one.startsWith("OPTIONS"));
  expect(preflights).toContain("OPTIONS /me");
  expect(preflights.filter((one) => /\/(main|queue)$/.test(one))).toEqual([]);
  await display.page.context().close();
  await expect.poll(connections).toBe(0);
  expect(visit.troubles).toEqual([]);
});

test("a phone that nobody looks at gives its connection up, and fetches what it missed when it is looked at", async () => {
  const connections = () => visit.stand.azure.webPubSub.connections(hub).length;
  await expect.poll(connections).toBe(0);
  const phone = await visit.open("phone", `${visit.origin}/`, (page) => page.clock.install());
  await expect.poll(connections).toBe(1);
  const turn = (visibilityState: string) =>
    phone.evaluate(
      `Object.defineProperty(document, "visibilityState", { value: "${visibilityState}", configurable: true });
       document.dispatchEvent(new Event("visibilitychange"));`,
    );
  await stopTime(phone);
  await turn("hidden");
  await phone.clock.fastForward("00:29");
  expect(connections()).toBe(1);
  await phone.clock.fastForward("00:02");
  await expect.poll(connections).toBe(0);

  await text(phone, /is closed/).waitFor();
  const admin = await visit.stand.admin();
  await visit.stand.configure(admin, { open: true });
  expect(await phone.getByText(/is closed/).isVisible()).toBe(true);
  await phone.clock.resume();
  await turn("visible");
  await text(phone, /is closed/).waitFor({ state: "hidden" });
  await expect.poll(connections).toBe(1);
  await phone.context().close();
  expect(visit.troubles).toEqual([]);
});
