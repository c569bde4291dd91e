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
import { until } from "./web-driver.ts";
import type { Window } from "./window.ts";

/** Those who take part, each with a window. */
export type Party = Record<"guest" | "bar" | "wall" | "desk", Window>;

const enter = "\uE007";

/** Signs in with a number, and with the code that is sent to it. */
async function signIn(window: Window, { stand }: Site, phone: string): Promise<void> {
  await window.type("input[type=tel]", phone + enter);
  await until("the field for the code", () =>
    window.driver.evaluate<boolean>("document.activeElement?.autocomplete === 'one-time-code'"),
  );
  await window.look("code");
  await window.type("input[autocomplete=one-time-code]", await until("a code", async () => stand.codesTo(phone)[0]));
}

/** Everybody comes: the display hangs, the bar and the owner are signed in. @returns the address that the display's code holds */
async function gather({ bar, wall, desk }: Party, site: Site): Promise<string> {
  const { origin } = site;
  await wall.driver.resize(1280, 720);
  await wall.open(`${origin}/display`);
  // The button that is there before the code goes elsewhere when that comes.
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
  // What was scanned is kept, and so is what was chosen.
  await guest.reload();
  await guest.press("Latte", "main button, main label");
  await guest.press("Choose", ".dock button");
  await guest.sees(ordering.optionsTitle);
  await guest.look("options");
  await guest.reload();
  await guest.press(t(ordering.order, { drink: "Latte" }));
  await guest.sees(ordering.inQueue);
}

/** It is made and handed over; each step is seen by everybody, and by a guest who loads the page again or comes back to it. */
async function make({ guest, bar, wall }: Party, { origin }: Site): Promise<void> {
  await guest.look("queued");
  await wall.sees(wallWords.next);
  await bar.press(barWords.make);
  const making = t(ordering.beingMadeBy, { name: "Bea" });
  await guest.sees(making);
  await guest.look("making");
  await guest.reload();
  await guest.sees(making);
  // Away, and back: the page is as it was, or anew, and follows in either case.
  await guest.driver.command("POST", "/url", { url: `${origin}/config.json` });
  await bar.look("making");
  await bar.press(barWords.ready, ".ready");
  await guest.driver.command("POST", "/back");
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

/** The owner closes the store, and opens it again; everybody sees it. Then the guest's page is read in another language. */
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

/** There is nothing behind it any more: the app opens all the same, and shows what it had when there was. */
async function withoutNetwork({ guest }: Party, site: Site): Promise<void> {
  await until("the service worker", () =>
    guest.driver.evaluate<boolean>("navigator.serviceWorker.controller?.state === 'activated'"),
  );
  await site.close();
  await guest.reload();
  // How soon it shows that depends on the machine; that it is of before, it says.
  await guest.sees(t(live.offlineSince, { time: "" }));
  await guest.sees(guestWords.scanTitle);
  await guest.look("offline");
}

/** Plays the whole way of an order; the site is closed at its end. @throws Error that says what did not come */
export async function play(party: Party, site: Site): Promise<void> {
  const code = await gather(party, site);
  await order(party, site, code);
  await make(party, site);
  await closeAndOpen(party, site);
  await withoutNetwork(party, site);
}
