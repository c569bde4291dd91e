import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { admin as adminWords } from "../../web/lib/strings/admin.ts";
import { barista as barWords } from "../../web/lib/strings/barista.ts";
import { pair as pairWords } from "../../web/lib/strings/devices.ts";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { staff as staffWords } from "../../web/lib/strings/staff.ts";
import { stores as words } from "../../web/lib/strings/stores.ts";
import { t } from "../../web/lib/text.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { timed, until } from "./customer-states.ts";
import { customer as phoneWords } from "./customer-words.ts";
import { Journey, text } from "./journey.ts";

/** Twenty to three on the Sunday on which Berlin's clocks go back at three; New York's do a week later, and show twenty to nine of the evening before. */
const night = Date.parse("2026-10-25T00:40:30Z");

let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: night });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("stores");
});
afterAll(() => visit?.end());

/** The way to other stores, opened. */
const openSwitch = (page: Page) => page.locator("summary").click();
const shown = async (page: Page) => ((await page.locator("body").textContent()) ?? "").replaceAll(/\s+/g, " ");
const says = (page: Page, what: RegExp) => expect.poll(() => shown(page)).toMatch(what);

test("hours are set on a phone; open screens say when it opens and closes, and follow by themselves through the night in which clocks change", async () => {
  const { stand, origin } = visit;
  const admin = await visit.open("phone", `${origin}/admin#menu/store`);
  await visit.signIn(admin, staffPhones.admin);
  await admin.getByLabel(adminWords.fields.scheduled).check();
  const sunday = admin.getByRole("group", { name: adminWords.weekdays.sunday });
  await sunday.getByRole("button", { name: new RegExp(`^${adminWords.addTime}`) }).click();
  await sunday.getByLabel(t(adminWords.opensOn, { name: adminWords.weekdays.sunday, n: 1 })).fill("03:10");
  await sunday.getByLabel(t(adminWords.closesOn, { name: adminWords.weekdays.sunday, n: 1 })).fill("03:40");
  await admin.getByLabel(adminWords.fields.lastOrdersMinutes).fill("10");
  await admin.getByRole("button", { name: adminWords.addException }).click();
  await visit.examine(admin, "admin-hours-phone");
  await sunday.scrollIntoViewIfNeeded();
  await visit.look(admin, "admin-hours-phone-week");
  await admin.getByRole("button", { name: t(adminWords.removeOne, { name: adminWords.newException }) }).click();
  await admin.getByRole("button", { name: adminWords.save, exact: true }).click();
  await text(admin, adminWords.saved).waitFor();
  await admin.context().close();

  await stand.advance("31 s");
  const display = await visit.open("monitor", `${origin}/display`);
  await visit.signIn(display, staffPhones.display);
  const bar = await visit.open("tablet", `${origin}/barista`);
  await visit.signIn(bar, staffPhones.barista);
  const [near, away] = [
    await visit.open("phone", `${origin}/`),
    await visit.open("phone", `${origin}/`, undefined, "America/New_York"),
  ];
  await says(display, /We open 0?3:10\. See/);
  await says(bar, /Closed/);
  await says(near, /Open again 0?3:10: this/);
  await says(away, /Open again 0?3:10 CET: this/);
  await visit.examine(away, "customer-closed-away");

  const until = (moment: string) => stand.advance(Date.parse(moment) - stand.azure.clock.now());
  // Ten past three by the clocks of before: they were put back ten minutes ago.
  await until("2026-10-25T01:11:30Z");
  await says(display, /We open 0?3:10\. See/);
  expect((await stand.page()).store.open).toBe(false);
  await until("2026-10-25T02:10:00Z");
  for (const page of [near, away]) await text(page, t(phoneWords.scanTitle, { store: "Main stand" })).waitFor();
  await text(display, displayWords.scanTitle).waitFor();
  await says(display, /Last orders 0?3:30/);
  await says(near, /Last orders 0?3:30(?! CET)/);
  await says(away, /Last orders 0?3:30 CET/);
  await says(bar, /Open/);
  await until("2026-10-25T02:30:00Z");
  await says(display, /We open Mon,? 26 Oct,? (at )?0?8:00\. See/);
  await says(near, /Open again Mon,? 26 Oct,? (at )?0?8:00: this/);
  await says(away, /Open again Mon,? 26 Oct,? (at )?0?8:00 CET: this/);
  for (const page of [display, bar, near, away]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("an admin makes a second store with the menu of the first, goes there and back; its display, bar, customer and figures are its own", async () => {
  const { stand, origin } = visit;
  await stand.advance("31 s");
  const admin = await visit.open("desk", `${origin}/admin#stores`);
  await visit.signIn(admin, staffPhones.admin);
  await text(admin, words.here).waitFor();
  await visit.examine(admin, "admin-stores-one");
  await admin.getByRole("link", { name: words.add }).click();
  await admin.getByRole("button", { name: words.make }).click();
  const name = admin.getByLabel(adminWords.fields.name);
  await expect.poll(() => name.getAttribute("aria-invalid")).toBe("true");
  await name.fill("Harbour");
  await admin.getByLabel(adminWords.fields.timeZone).fill("America/Nowhere");
  await visit.examine(admin, "admin-store-new");
  await admin.getByRole("button", { name: words.make }).click();
  const zone = admin.getByLabel(adminWords.fields.timeZone);
  await expect.poll(() => zone.getAttribute("aria-invalid")).toBe("true");
  await zone.fill("America/New_York");
  await admin.getByRole("button", { name: words.make }).click();
  await admin.waitForURL(/\/admin\?store=harbour#menu$/);
  await admin.getByRole("link", { name: t(adminWords.edit, { name: "Latte" }) }).waitFor();
  const harbour = new URL(admin.url()).searchParams.get("store") ?? "";
  await text(admin, /America\/New_York/).waitFor();
  await admin.getByRole("switch", { name: adminWords.storeOpen }).click();
  await text(admin, /new one in/).waitFor();
  await openSwitch(admin);
  await visit.examine(admin, "admin-harbour");
  const away = admin.getByRole("link", { name: "Main stand" });
  await away.waitFor();

  // Its menu is there already: copied again it stays as it is.
  await admin.getByRole("button", { name: words.copyMenu }).click();
  await visit.examine(admin, "admin-copy-menu");
  await admin.getByRole("button", { name: words.copyYes, exact: true }).click();
  await text(admin, t(words.kept, { n: 6 })).waitFor();

  // A screen that nobody told of a store: whoever approves it says of which it is, and it remembers.
  await stand.advance("31 s");
  const display = await visit.open("monitor", `${origin}/display`);
  const asking = display.getByRole("link").filter({ has: display.getByRole("img") });
  const approving = await visit.open("phone", (await asking.getAttribute("href")) ?? "");
  await visit.signIn(approving, staffPhones.admin);
  await text(approving, t(pairWords.found, { store: "Main stand" })).waitFor();
  await approving.getByLabel(pairWords.store).selectOption("Harbour");
  await text(approving, t(pairWords.found, { store: "Harbour" })).waitFor();
  await approving.getByLabel(pairWords.called).fill("Pier");
  await visit.examine(approving, "admin-pair-store");
  await approving.getByRole("button", { name: pairWords.approve }).click();
  await approving.getByRole("heading", { name: "Pier" }).waitFor();
  await display.waitForURL(new RegExp(`store=${harbour}`));
  await display.goto(`${origin}/display?store=main`);
  await display.waitForURL(new RegExp(`store=${harbour}`));
  await display.goto(`${origin}/display`);
  await approving.context().close();
  const code = display.getByRole("link").filter({ has: display.getByRole("img", { name: /Code to scan/ }) });
  await code.waitFor();
  await text(display, "Harbour").waitFor();
  await visit.examine(display, "display-harbour");
  const address = (await code.getAttribute("href")) ?? "";
  expect(new URL(address).searchParams.get("store")).toBe(harbour);

  await stand.advance("31 s");
  // A tablet of the first store, on which its admin goes to the other; a colleague of the first sees nothing of it.
  const bar = await visit.open("tablet", `${origin}/barista`, timed);
  await visit.signIn(bar, staffPhones.admin);
  await text(bar, barWords.queueEmpty).waitFor();
  const colleague = await visit.open("tablet", `${origin}/barista?store=${harbour}`);
  await visit.signIn(colleague, staffPhones.barista);
  await text(colleague, staffWords.notAllowed).waitFor();
  await visit.examine(colleague, "barista-elsewhere");
  await colleague.getByRole("link", { name: "Main stand" }).click();
  await text(colleague, barWords.queueEmpty).waitFor();
  await bar.getByRole("button", { name: barWords.more, exact: true }).click();
  await openSwitch(bar);
  await visit.examine(bar, "barista-stores");
  await bar.getByRole("link", { name: "Harbour" }).click();
  await bar.waitForURL(new RegExp(`store=${harbour}`));
  await text(bar, barWords.queueEmpty).waitFor();

  const phone = await visit.open("phone", address);
  await visit.signIn(phone, customerPhone(70));
  await phone.getByText("Espresso", { exact: true }).click();
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByRole("button", { name: "Order Espresso" }).click();
  await text(phone, phoneWords.inQueue).waitFor();
  // By the clocks of the store, whatever those of the phone show.
  await expect.poll(async () => (await phone.locator("time").first().textContent()) ?? "").toMatch(/^2[012]:\d\d$/);
  const ticket = bar.getByRole("article", { name: /Espresso/ });
  await ticket.getByRole("button", { name: barWords.make }).click();
  await ticket.getByRole("button", { name: barWords.readyAction }).click();
  await text(phone, phoneWords.ready).waitFor();
  await phone.reload();
  await text(phone, phoneWords.ready).waitFor();
  await text(display, displayWords.pickUp).waitFor();
  expect(await colleague.getByRole("article").count()).toBe(0);
  await bar.getByRole("button", { name: /hand over$/ }).click();
  // What was handed over may be taken back for some seconds.
  await until(bar, text(phone, t(phoneWords.collectedTitle, { drink: "Espresso" })));
  await stand.settle();

  // Where this device has been last it comes back to, and the address says so.
  await admin.goto(`${origin}/admin#today`);
  await admin.waitForURL(new RegExp(`store=${harbour}`));
  const served = admin.getByRole("region", { name: adminWords.today.served, exact: true });
  await expect.poll(() => served.textContent()).toMatch(/\b1\b/);
  await openSwitch(admin);
  await admin.getByRole("link", { name: "Main stand" }).click();
  await admin.waitForURL(/store=main/);
  await expect.poll(() => served.textContent()).toMatch(/\b0\b/);
  for (const page of [display, bar, colleague, phone, admin]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("a store that is closed for good says so on its screens and leaves the lists; brought back it is as it was", async () => {
  const { stand, origin } = visit;
  const { storeId } = await (async () => {
    await stand.advance("31 s");
    const owner = await stand.admin();
    const made = await owner.post<{ storeId: string }>("/stores", {
      name: "Fair",
      timeZone: "Europe/Berlin",
      menuOf: "main",
    });
    const fair = owner.inStore(made.storeId);
    const works = {
      id: "staff:+14255550173",
      kind: "staff",
      storeId: made.storeId,
      phone: "+14255550173",
      name: "Finn",
    };
    await fair.put("/people", { ...works, roles: ["barista", "display"] });
    await stand.advance("31 s");
    return made;
  })();
  const display = await visit.open("monitor", `${origin}/display`);
  // Who does not work at the site's own store is shown the way, and the screen remembers it.
  await visit.signIn(display, "+14255550173");
  await display.getByRole("link", { name: "Fair" }).click();
  await text(display, displayWords.closedText).waitFor();
  await display.goto(`${origin}/display`);
  await text(display, displayWords.closedText).waitFor();
  const phone = await visit.open("phone", `${origin}/?store=${storeId}`);
  await text(phone, t(phoneWords.closedTitle, { store: "Fair" })).waitFor();
  const admin = await visit.open("phone", `${origin}/admin?store=${storeId}#stores`, (page) =>
    page.emulateMedia({ colorScheme: "dark" }),
  );
  await visit.signIn(admin, staffPhones.admin);
  await admin.getByRole("button", { name: words.retire }).click();
  await visit.examine(admin, "admin-retire-phone-dark");
  await admin.getByRole("button", { name: words.retireYes, exact: true }).click();
  await text(display, displayWords.retiredText).waitFor();
  await text(phone, phoneWords.retiredText).waitFor();
  await admin.getByRole("heading", { name: words.retired }).waitFor();
  await visit.examine(admin, "admin-stores-phone-dark");
  await visit.examine(phone, "customer-retired");
  await visit.examine(display, "display-retired");
  await admin.locator("summary").click();
  await visit.examine(admin, "admin-switch-phone-dark");
  await admin.getByRole("link", { name: "Main stand", exact: true }).click();
  await text(admin, adminWords.today.waiting).waitFor();
  await admin.locator("summary").click();
  await admin.getByRole("link", { name: "Harbour", exact: true }).waitFor();
  expect(await admin.getByRole("link", { name: "Fair", exact: true }).count()).toBe(0);
  await admin.keyboard.press("Escape");
  await admin.getByRole("link", { name: adminWords.sections.stores, exact: true }).click();
  await admin.getByRole("link", { name: new RegExp(`^${words.go}.*Fair$`) }).click();
  await admin.getByRole("link", { name: adminWords.sections.stores, exact: true }).click();
  await admin.getByRole("button", { name: words.bringBack }).click();
  await text(display, displayWords.closedText).waitFor();
  await text(phone, t(phoneWords.closedTitle, { store: "Fair" })).waitFor();
  await admin.getByRole("button", { name: words.retire }).waitFor();
  for (const page of [display, phone, admin]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});
