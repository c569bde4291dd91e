import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser } from "../test/journeys/browser.ts";
import { Stand } from "../test/system/stand.ts";
import { buildConsole } from "./build-console.ts";
import { root } from "./stand-options.ts";

/** Draws the pictures of `docs/local-azure.md`: the console of a stand on which one coffee was ordered. Run it after changes of the console. */
const folder = join(root, "docs", "local-azure");
mkdirSync(folder, { recursive: true });
const opening = [Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") }), openBrowser(), buildConsole()] as const;
const [stand, browser] = await Promise.all(opening);
const [barista, display, guest] = [await stand.barista(), await stand.display(), await stand.person()];
// Screens that receive pushed messages.
const screens = await Promise.all([barista, display, guest].map((each) => each.listen()));
const id = await stand.scan(guest, display);
await guest.command(id, "submit", { drinkId: "drink:latte", options: { milk: ["oat"] } });
await stand.settle();
await stand.azure.advance("90 s");
await barista.command(id, "claim");
await stand.settle();
await stand.azure.advance("2 min");

async function picture(name: string, at: string, show?: (page: Page) => Promise<void>, width = 1280, height = 800) {
  const page = await browser.newPage({ viewport: { width, height }, timezoneId: "Europe/Berlin", locale: "en-GB" });
  await page.goto(`${stand.azure.controlUrl}#/${at}`);
  await show?.(page);
  // Moves the pointer away, so that nothing is hovered.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  await page.close();
}

await picture("way", "timeline", async (page) => {
  await page.getByRole("button", { name: /submit/ }).click();
  await page.getByRole("heading", { name: /Its way/ }).waitFor();
  await page.getByRole("button", { name: /activity orders-number/ }).waitFor();
  await page.evaluate("scrollTo(0, 0)");
});
await picture("durable", `durable?instance=${id}`, async (page) => {
  await page.getByRole("list", { name: "What it did and waited for" }).waitFor();
  await page.getByRole("button", { name: /activity orders-number/ }).click();
});
await picture("events", "eventgrid", async (page) => {
  await page
    .getByRole("button", { name: /order\.submitted/ })
    .first()
    .click();
  const opened = page.getByText(/Not to .*: the type is not one of/).first();
  await opened.waitFor();
  await page.getByRole("heading", { name: /Recently published/ }).evaluate((heading) => heading.scrollIntoView());
  await page.evaluate("scrollBy(0, -64)");
});
await picture("clock", "clock", (page) => page.getByText("every-minute").first().waitFor(), 390, 720);

for (const screen of screens) screen.close();
await browser.close();
await stand.close();
process.exit(0);
