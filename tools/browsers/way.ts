import type { Site } from "../../test/journeys/site.ts";
import { customerPhone, staffPhones } from "../../test/system/stand.ts";
import { customer as arabic } from "../../web/lib/strings/ar/customer.ts";
import { admin as adminWords } from "../../web/lib/strings/en/admin.ts";
import { barista as barWords } from "../../web/lib/strings/en/barista.ts";
import { live } from "../../web/lib/strings/en/common.ts";
import { customer as guestWords } from "../../web/lib/strings/en/customer.ts";
import { display as wallWords } from "../../web/lib/strings/en/display.ts";
import { later } from "../../web/lib/strings/en/later.ts";
import { ordering } from "../../web/lib/strings/en/ordering.ts";
import { t } from "../../web/lib/text.ts";
import { until } from "./driver.ts";
import type { Window } from "./window.ts";

/** The participants, each with a window. */
export type Party = Record<"guest" | "bar" | "wall" | "desk", Window>;

const enter = "\uE007";

/** Signs in with a phone number, and with the code that is sent to it. */
async function signIn(window: Window, { stand }: Site, phone: string): Promise<void> {
  await window.type("input[type=tel]", phone + enter);
  await until("the field for the code", () =>
    window.driver.evaluate<boolean>("document.activeElement?.getAttribute('autocomplete') === 'one-time-code'"),
  );
  await window.look("code");
  await window.type("input[autocomplete=one-time-code]", await until("a code", async () => stand.codesTo(phone)[0]));
}

/** Everybody arrives: the display is on, the bar and the owner are signed in. @returns the address in the display's code */
async function gather({ bar, wall, desk }: Party, site: Site): Promise<string> {
  const { origin } = site;
  await wall.driver.resize(1280, 720);
  await wall.open(`${origin}/display`);
  // The button that is there before the code moves when the code appears.
  await wall.sees(wallWords.pairTitle);
  await wall.look("pair");
  await wall.press(wallWords.pairOther);
  await signIn(wall, site, staffPhones.display);
  await wall.sees(wallWords.scanTitle);
  await wall.look("empty");
  await bar.driver.resize(1180, 820);
  await bar.open(`${origin}/barista`);
  await signIn(bar, site, staffPhones.barista);
  await bar.sees(barWords.readyEmpty);
  await desk.driver.resize(820, 1180);
  await desk.open(`${origin}/admin`);
  await signIn(desk, site, staffPhones.admin);
  await desk.sees(adminWords.today.title);
  for (const [section, said] of [
    ["days", adminWords.days.title],
    ["menu", adminWords.shared.title],
    ["menu/drink:latte", "Latte"],
    ["menu/store", adminWords.settingsTitle],
    ["orders/history", adminWords.history.title],
    ["people", adminWords.peopleTitle],
  ] as const) {
    await desk.driver.evaluate(`location.hash = ${JSON.stringify(section)}`);
    await desk.sees(said);
    await desk.look(section.replace(/\W/g, "-"));
  }
  return until("the display's code", () =>
    wall.driver.evaluate<string | null>("document.querySelector('a[href*=\"code=\"]')?.href"),
  );
}

/** A guest orders a latte, on a small phone. */
async function order({ guest }: Party, site: Site, code: string): Promise<void> {
  await guest.driver.resize(320, 568);
  await guest.open(code);
  await guest.sees(guestWords.signInTitle);
  await guest.look("sign-in");
  await signIn(guest, site, customerPhone(1));
  await guest.sees(ordering.chooseTitle);
  await guest.look("menu");
  // The scan and the choice survive a reload.
  await guest.reload();
  await guest.press("Latte", "main button, main label");
  await guest.press("Choose", ".dock button");
  await guest.sees(ordering.optionsTitle);
  await guest.look("options");
  await guest.reload();
  await guest.press(t(ordering.order, { drink: "Latte" }));
  await guest.sees(ordering.inQueue);
}

/** The order is made and handed over. Everybody sees each step, and so does a guest who reloads the page or returns to it. */
async function make({ guest, bar, wall }: Party, { origin }: Site): Promise<void> {
  await guest.look("queued");
  await wall.sees(wallWords.next);
  await bar.press(barWords.make);
  const making = t(ordering.beingMadeBy, { name: "Bea" });
  await guest.sees(making);
  await guest.look("making");
  await guest.reload();
  await guest.sees(making);
  // Navigates away and back: the page is restored or reloaded, and stays up to date in either case.
  await guest.driver.go(`${origin}/config.json`);
  await bar.look("making");
  await bar.press(barWords.ready, ".ready");
  await guest.driver.back();
  await guest.sees(ordering.ready);
  await guest.look("ready");
  await wall.look("ready");
  await guest.driver.resize(390, 844);
  await guest.look("ready-390");
  await bar.look("ready");
  await bar.press("1, Latte");
  await guest.sees(t(later.collectedTitle, { drink: "Latte" }));
  await guest.look("collected");
}

/** The owner closes and opens the store, which everybody sees. Then the guest's page is read in another language. */
async function closeAndOpen({ guest, wall, desk }: Party, { origin }: Site): Promise<void> {
  await guest.open(`${origin}/`);
  await guest.sees(guestWords.scanTitle);
  await desk.driver.evaluate("location.hash = 'menu'");
  await desk.press(adminWords.storeOpen, "[role=switch]");
  await desk.look("close");
  await desk.press(adminWords.closeStore, "dialog button");
  await wall.sees(wallWords.closedTitle);
  await wall.look("closed");
  await guest.sees(t(guestWords.closedTitle, { store: "Main stand" }));
  await guest.look("closed");
  await desk.press(adminWords.storeOpen, "[role=switch]");
  await guest.sees(guestWords.scanTitle);
  await guest.open(`${origin}/?lang=ar`);
  await guest.sees(arabic.scanTitle);
  await guest.look("arabic");
  await guest.open(`${origin}/?lang=en`);
  await guest.sees(guestWords.scanTitle);
}

/** The site is gone: the app still opens, and shows its last state. */
async function withoutNetwork({ guest }: Party, site: Site): Promise<void> {
  await until("the service worker", () =>
    guest.driver.evaluate<boolean>("navigator.serviceWorker.controller?.state === 'activated'"),
  );
  await site.close();
  await guest.reload();
  // How soon it shows this depends on the machine; it says that the state is old.
  await guest.sees(t(live.offlineSince, { time: "" }));
  await guest.sees(guestWords.scanTitle);
  await guest.look("offline");
}

/** Plays the whole way of an order; the site is closed at its end. @throws Error that says what did not appear */
export async function play(party: Party, site: Site): Promise<void> {
  const code = await gather(party, site);
  await order(party, site, code);
  await make(party, site);
  await closeAndOpen(party, site);
  await withoutNetwork(party, site);
}
