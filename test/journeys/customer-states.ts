import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { common, errors, live } from "../../web/lib/strings/common.ts";
import { display as wallWords } from "../../web/lib/strings/display.ts";
import { signIn } from "../../web/lib/strings/sign-in.ts";
import { staff as staffWords } from "../../web/lib/strings/staff.ts";
import { story } from "../../web/lib/strings/story.ts";
import { t } from "../../web/lib/text.ts";
import type { Person } from "../system/person.ts";
import { customerPhone } from "../system/stand.ts";
import { submitWithoutNumber } from "../system/without-number.ts";
import { customer as words } from "./customer-words.ts";
import { type Journey, text } from "./journey.ts";
import { Network } from "./network.ts";

/** A page whose own time can be moved on. */
export const timed = (page: Page) => page.clock.install();

/** Lets the page's time go on until that is shown: what it waits for by the clock is not waited for here. */
export async function until(page: Page, shown: Locator): Promise<void> {
  await expect
    .poll(async () => {
      await page.clock.runFor(1_000);
      return shown.isVisible();
    })
    .toBe(true);
}

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();

/** Presses "Try again", and has the network mended then. The page also tries again by itself: what it asks for is held up until the button is pressed, or there might be none. */
export async function tryAgain(page: Page, ...ways: Network[]): Promise<void> {
  for (const way of ways) way.hold();
  await press(page, common.tryAgain);
  for (const way of ways) await way.mend();
}

let nextGuest = 200;
/** Somebody whom the stand has not seen. */
const guest = (visit: Journey): Promise<Person> => visit.stand.person(customerPhone(nextGuest++));

/** The address that the display's code holds now. */
const codeOf = async (screen: Person): Promise<string> => (await screen.get<{ url: string }>("/code")).url;

/** What a phone and a display show while the network, the API or the push service is not as it should be. */
export async function withoutNetwork(visit: Journey): Promise<void> {
  const { stand, origin } = visit;
  const { faults } = stand.azure;
  const { screen } = await visit.staff();
  const api = `${stand.api}/**`;
  const ways: Network[] = [];
  const held = async (page: Page) => {
    await timed(page);
    ways.push(await Network.held(page, api));
  };

  const phone = await visit.open("phone", `${origin}/`, held);
  const wall = await visit.openAs("monitor", "/display", screen, held);
  const unpaired = await visit.open("monitor", `${origin}/display`, held);
  await text(phone, common.loading).waitFor();
  await visit.examine(phone, "customer-loading");
  await text(wall, common.loading).waitFor();
  await visit.examine(wall, "display-loading");
  await text(unpaired, wallWords.pairOther).waitFor();
  await visit.examine(unpaired, "display-pair-loading");
  await press(unpaired, wallWords.pairOther);
  await text(unpaired, wallWords.signInTitle).waitFor();
  await visit.examine(unpaired, "display-sign-in");
  await visit.examineAbroad(unpaired, "display-sign-in");
  await unpaired.context().close();
  for (const way of ways.slice(0, 2)) way.cut();
  await until(phone, text(phone, words.offlineTitle));
  await visit.examine(phone, "customer-no-network");
  await visit.examineAbroad(phone, "customer-no-network");
  await until(wall, text(wall, errors.network));
  await visit.examine(wall, "display-no-network");
  await tryAgain(phone, ...ways.slice(0, 2));
  await until(phone, text(phone, words.openFree));
  await visit.examine(phone, "customer-scan");
  await visit.examineAbroad(phone, "customer-scan");
  await until(wall, text(wall, wallWords.scanTitle));
  await wall.locator(".pill").waitFor({ state: "detached" });

  // The push service sends everybody away, and takes nobody in; what is asked instead is answered after a while.
  faults.add({ service: "functions", operation: "http", name: "GET *live", harm: "refuse" });
  await expect.poll(() => stand.azure.webPubSub.connections("crema").length).toBe(2);
  const silent = await Promise.all([phone, wall].map((page) => Network.held(page, api)));
  stand.azure.webPubSub.closeConnections("maintenance");
  await text(phone, live.reconnecting).waitFor();
  await visit.examine(phone, "customer-reconnecting");
  await text(wall, live.reconnecting).waitFor();
  await visit.examine(wall, "display-reconnecting");
  for (const way of silent) await way.mend();
  await until(phone, text(phone, live.polling));
  await visit.examine(phone, "customer-polling");
  await until(wall, text(wall, live.polling));
  await visit.examine(wall, "display-polling");
  await visit.examineAbroad(wall, "display-polling");
  faults.clear();
  const way = await Network.held(wall, `${stand.api}/stores/main/live`);
  await wall.reload();
  await text(wall, live.connecting).waitFor();
  await visit.examine(wall, "display-connecting");
  await way.mend();
  await text(wall, live.connecting).waitFor({ state: "detached" });
  await wall.context().setOffline(true);
  await until(wall, text(wall, /^Offline/));
  await visit.examine(wall, "display-offline");
  await wall.context().close();
  // Loaded while the site does not answer, it begins by itself once it does.
  for (const app of ["display", "barista", "admin"]) {
    const screen = await visit.open("monitor", `${origin}/${app}`, async (page) => {
      await timed(page);
      await page.route("**/config.json", (route) => route.abort("failed"));
    });
    await text(screen, errors.network).waitFor();
    await screen.unroute("**/config.json");
    await until(screen, app === "display" ? text(screen, wallWords.pairOther) : screen.getByLabel(signIn.phone));
    await screen.context().close();
  }

  faults.add({ service: "functions", operation: "http", name: "GET *stores/main", harm: "refuse", status: 500 });
  await phone.reload();
  await text(phone, words.problemTitle).waitFor();
  await visit.examine(phone, "customer-problem");
  faults.clear();
  await phone.goto(`${origin}/?store=nowhere`);
  await text(phone, common.storeUnknown).waitFor();
  await visit.examine(phone, "customer-store-unknown");
  await phone.goto(`${origin}/?code=ABCDE`);
  await text(phone, words.codeUnknownTitle).waitFor();
  await visit.examine(phone, "customer-code-unknown");
  await phone.context().close();
  const unset = await visit.open("monitor", `${origin}/display`, (page) =>
    page.route("**/config.json", (route) => route.fulfill({ status: 500 })),
  );
  await text(unset, common.notConfigured).waitFor();
  await visit.examine(unset, "not-configured");
  await unset.context().close();
}

/** What signing in says when it does not go as it should. */
export async function signingIn(visit: Journey): Promise<void> {
  const { stand } = visit;
  const { screen } = await visit.staff();
  const url = await codeOf(screen);
  const phone = await visit.open("phone", url);
  const number = phone.getByRole("textbox", { name: signIn.phone });
  await number.fill("123");
  await number.press("Enter");
  await text(phone, /^This is not a phone number/).waitFor();
  await visit.examine(phone, "sign-in-wrong-number");
  await visit.examineAbroad(phone, "sign-in-wrong-number");
  stand.azure.faults.add({ service: "sms", harm: "refuse", status: 400, times: 1 });
  await number.fill(customerPhone(nextGuest));
  await number.press("Enter");
  await expect.poll(() => phone.getByRole("alert").textContent()).not.toBe("");
  await visit.examine(phone, "sign-in-refused");
  stand.azure.faults.clear();
  await stand.advance("31 s");
  await number.fill(customerPhone(nextGuest++));
  await number.press("Enter");
  const code = phone.getByRole("textbox", { name: signIn.code, exact: true });
  await code.waitFor();
  await visit.examine(phone, "sign-in-code");
  await visit.examineAbroad(phone, "sign-in-code");
  const [right = ""] = stand.codesTo(customerPhone(nextGuest - 1));
  await code.fill(right === "111111" ? "222222" : "111111");
  await text(phone, t(errors.wrongCode, { n: 4 })).waitFor();
  await visit.examine(phone, "sign-in-wrong-code");
  // No network: what was typed stays in the field, is not called wrong, and makes room for what is typed next.
  const way = await Network.held(phone, `${stand.api}/sign-in/sessions`);
  way.cut();
  await code.fill(right === "333333" ? "444444" : "333333");
  await text(phone, errors.network).waitFor();
  expect(await code.inputValue()).toMatch(/^\d{6}$/);
  expect(await code.getAttribute("aria-invalid")).toBe("false");
  await visit.examine(phone, "sign-in-no-network");
  await phone.keyboard.insertText(right);
  await text(phone, errors.network).waitFor({ state: "detached" });
  await text(phone, errors.network).waitFor();
  expect(await code.inputValue()).toBe(right);
  await way.mend();
  // Sent once more by the button.
  await press(phone, signIn.check);
  await text(phone, words.chooseTitle).waitFor();
  await press(phone, words.noThanks);
  await visit.examine(phone, "customer-cancel-choosing");
  await press(phone, words.cancelYes);
  await text(phone, words.cancelledTitle).waitFor();
  await visit.examine(phone, "customer-cancelled");
  await visit.examineAbroad(phone, "customer-cancelled");
  await phone.context().close();

  // Ended from elsewhere: the connection ends with the session, and so the page learns of it.
  const gone = await guest(visit);
  const again = await visit.openAs("phone", "/", gone);
  await press(again, words.myOrders);
  await text(again, words.noOrders).waitFor();
  await visit.examine(again, "customer-orders-none");
  await visit.examineAbroad(again, "customer-orders-none");
  await gone.signOut();
  await text(again, signIn.expired).waitFor();
  await visit.examine(again, "sign-in-again");
  await again.context().close();
  const wall = await visit.openAs("monitor", "/display", await guest(visit));
  await text(wall, staffWords.notAllowed).waitFor();
  await visit.examine(wall, "display-not-allowed");
  await wall.context().close();
}

/** From the scan to the bar's answer, with what can come between. */
export async function onTheWay(visit: Journey): Promise<void> {
  const { stand } = visit;
  const { faults } = stand.azure;
  const { owner: boss, screen, bar } = await visit.staff();
  const person = await guest(visit);
  const way: Network[] = [];
  const phone = await visit.openAs("phone", await codeOf(screen), person, async (page) => {
    await timed(page);
    way.push(await Network.held(page, `${stand.api}/stores/main/scans`));
  });
  await text(phone, words.checking).waitFor();
  await visit.examine(phone, "customer-checking");
  way[0]?.cut();
  await until(phone, text(phone, words.offlineTitle));
  await visit.examine(phone, "customer-scan-no-network");
  // The workflow waits for a second of the stand's clock, which stands, before it tries again.
  faults.add({ service: "durable", operation: "activity", name: "orders-admit", harm: "fail", times: 1 });
  await tryAgain(phone, ...way);
  await text(phone, words.admitting).waitFor();
  await visit.examine(phone, "customer-admitting");
  await until(phone, text(phone, words.slowTitle));
  await visit.examine(phone, "customer-slow");
  await visit.examineAbroad(phone, "customer-slow");
  await stand.advance("2 s");
  await text(phone, words.chooseTitle).waitFor();

  faults.add({ service: "durable", operation: "activity", name: "orders-number", harm: "fail", times: 1 });
  await submitWithoutNumber(stand);
  await phone.reload();
  await text(phone, words.gettingNumber).waitFor();
  await visit.examine(phone, "customer-submitted");
  await visit.examineAbroad(phone, "customer-submitted");
  await stand.advance("2 s");
  await text(phone, words.inQueue).waitFor();
  const sockets = await Network.held(phone, `${stand.api}/stores/main/live`);
  await phone.reload();
  await text(phone, live.connecting).waitFor();
  await visit.examine(phone, "customer-connecting");
  await sockets.mend();
  const { id } = (await stand.board(bar)).findLast(({ state }) => state === "queued") ?? { id: "" };
  await bar.command(id, "cancel", { note: "We ran out of something for it" });
  await text(phone, words.barCancelledTitle).waitFor();
  await visit.examine(phone, "customer-bar-cancelled");
  await visit.examineAbroad(phone, "customer-bar-cancelled");

  // Its story, to others than who ordered it, and without a network.
  const path = `/journey?order=${id}`;
  const stranger = await visit.open("phone", `${visit.origin}${path}`);
  await text(stranger, story.signIn).waitFor();
  await visit.examine(stranger, "story-sign-in");
  await stranger.context().close();
  const owner = await visit.openAs("phone", path, boss);
  await text(owner, story.titleOf).waitFor();
  await visit.examine(owner, "story-not-mine");
  await visit.examineAbroad(owner, "story-not-mine");
  await owner.context().close();
  const alone = await visit.openAs("phone", path, person, async (page) => {
    await timed(page);
    (await Network.held(page, `${stand.api}/**/journey`)).cut();
  });
  await until(alone, text(alone, errors.network));
  await visit.examine(alone, "story-no-network");
  await alone.context().close();
  await phone.context().close();
}

/** Why nobody is let in, told to who has scanned, and to who looks at the wall. */
export async function notLetIn(visit: Journey): Promise<void> {
  const { stand } = visit;
  const { owner, screen, bar } = await visit.staff();
  const [first, other] = [await guest(visit), await guest(visit)];
  const old = await codeOf(screen);
  const wall = await visit.openAs("monitor", "/display", screen);
  await text(wall, wallWords.scanTitle).waitFor();

  // One scan a code, which the first takes.
  await stand.configure(owner, { scansPerCode: 1 });
  const codes = await Network.held(wall, `${stand.api}/stores/main/code`);
  await stand.advance("5 min");
  await text(wall, wallWords.comingTitle).waitFor();
  await visit.examine(wall, "display-coming");
  await codes.mend();
  const only = await codeOf(screen);
  const order = await stand.scan(first, screen);
  await text(wall, wallWords.takenTitle).waitFor();
  await visit.examine(wall, "display-taken");
  await visit.examineAbroad(wall, "display-taken");
  const late = await visit.open("phone", only);
  await text(late, words.codeExhaustedTitle).waitFor();
  await visit.examine(late, "customer-code-exhausted");
  await visit.examineAbroad(late, "customer-code-exhausted");
  await late.goto(old);
  await text(late, words.codeOverTitle).waitFor();
  await visit.examine(late, "customer-code-over");
  await late.context().close();

  // One order at a time, and one a day.
  await stand.configure(owner, { scansPerCode: 10 });
  await first.command(order, "submit", { drinkId: "drink:espresso", options: {} });
  await stand.advance("5 min");
  const phone = await visit.openAs("phone", await codeOf(screen), first);
  await text(phone, words.limitTitle).waitFor();
  await visit.examine(phone, "customer-limit");
  for (const command of ["claim", "ready", "collect"]) await bar.command(order, command);
  await stand.configure(owner, { ordersPerDay: 1 });
  await stand.advance("5 min");
  await phone.goto(await codeOf(screen));
  await text(phone, words.dayLimitTitle).waitFor();
  await visit.examine(phone, "customer-day-limit");
  await visit.examineAbroad(phone, "customer-day-limit");
  await phone.context().close();
  await stand.configure(owner, { ordersPerDay: null });

  // A full queue, then a free place; and one whose minutes at the bar are over.
  const made = await stand.scan(other, screen);
  await other.command(made, "submit", { drinkId: "drink:espresso", options: {} });
  await stand.settle();
  const waiting = await visit.openAs("phone", "/", other);
  await text(waiting, words.inQueue).waitFor();
  await stand.configure(owner, { capacity: (await stand.active()) || 1 });
  await text(wall, wallWords.fullTitle).waitFor();
  await visit.examine(wall, "display-full");
  const full = await visit.openAs("phone", await codeOf(screen), await guest(visit), timed);
  await text(full, words.fullTitle).waitFor();
  await visit.examine(full, "customer-refused-full");
  await visit.examineAbroad(full, "customer-refused-full");
  await stand.advance("16 min");
  await text(waiting, words.expiredBarTitle).waitFor();
  await visit.examine(waiting, "customer-expired-bar");
  await visit.examineAbroad(waiting, "customer-expired-bar");
  await until(full, text(full, words.freeTitle));
  await visit.examine(full, "customer-free-again");
  for (const page of [full, waiting]) await page.context().close();
  await stand.configure(owner, { capacity: 20 });

  // The store closes while one's place is being taken.
  stand.azure.faults.add({ service: "durable", operation: "activity", name: "orders-admit", harm: "fail", times: 1 });
  const shut = await visit.openAs("phone", await codeOf(screen), await guest(visit));
  await text(shut, words.admitting).waitFor();
  await stand.configure(owner, { open: false });
  await stand.advance("2 s");
  await text(shut, t(words.closedTitle, { store: "Main stand" })).waitFor();
  await visit.examine(shut, "customer-refused-closed");
  await stand.configure(owner, { open: true });
  await text(shut, t(words.openTitle, { store: "Main stand" })).waitFor();
  await visit.examine(shut, "customer-open-again");
  for (const page of [shut, wall]) await page.context().close();

  // Who guesses codes is asked to wait.
  const guesser = await guest(visit);
  const guesses = Array.from({ length: 30 }, () => guesser.post("/scans", { code: "CCCCC" }).catch(() => undefined));
  await Promise.all(guesses);
  const asked = await visit.openAs("phone", await codeOf(screen), guesser);
  await text(asked, words.problemTitle).waitFor();
  await visit.examine(asked, "customer-scan-limited");
  await asked.context().close();

  // A store with nothing on its menu; and with what no page can draw.
  await stand.advance("31 s");
  const made2 = await owner.post<{ storeId: string }>("/stores", { name: "Empty", timeZone: "Europe/Berlin" });
  const there = (who: Person) => who.inStore(made2.storeId);
  const { documents } = await there(owner).get<{ documents: { document: { id: string }; etag: string }[] }>("/config");
  const store = documents.find(({ document }) => document.id === "store");
  await there(owner).put("/config/store", { ...store?.document, open: true }, { "if-match": store?.etag ?? "" });
  await stand.settle();
  const hungry = await visit.openAs("phone", await codeOf(there(owner)), await guest(visit));
  await text(hungry, words.menuEmpty).waitFor();
  await visit.examine(hungry, "customer-menu-empty");
  await hungry.route(`${stand.api}/stores/*`, async (route) => {
    const response = await route.fetch();
    const { page, ...rest } = (await response.json()) as { page: object };
    await route.fulfill({ response, json: { ...rest, page: { ...page, menu: [null] } } });
  });
  await hungry.reload();
  await text(hungry, common.broken).waitFor();
  await visit.examine(hungry, "broken");
  await hungry.context().close();
}
