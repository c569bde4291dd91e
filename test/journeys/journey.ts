import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { encode } from "uqr";
import { expect } from "vitest";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { signIn as words } from "../../web/lib/strings/sign-in.ts";
import type { Person } from "../system/person.ts";
import { type Stand, staffPhones } from "../system/stand.ts";
import { barriers, darkBarriers, edgeBarriers, wideBarriers } from "./accessible.ts";
import { type devices, openBrowser, openDevice } from "./browser.ts";
import { cutOff } from "./cut-off.ts";
import { openSite, type Site } from "./site.ts";
import { type State, titlesOf } from "./states.ts";

/** Screenshots for people to look at; git ignores them. */
const screens = join(import.meta.dirname, "../../test-results/screens");

export const text = (page: Page, content: string | RegExp): Locator => page.getByText(content).first();

/**
 * An order is 404 until it is admitted, and so is a link that was taken back or a code that is nobody's; a form that is not right is refused, as
 * is a menu that somebody else has moved: the browser notes that as errors, we do not.
 */
const unexpected = (errors: string[]) =>
  errors.filter(
    (error) =>
      !/404 .*\/(orders\/|shared-journeys|holds)|400 .*\/(config\/|people|phone-numbers|stores\))|412 .*\/menu\/order/.test(
        error,
      ),
  );

/** People with devices at a stand of their own: the whole system, and a real browser. */
export class Journey {
  readonly #browser: Browser;
  readonly #site: Site;
  /** What went wrong in pages that are closed by now: errors thrown, or printed by the browser. */
  readonly troubles: string[] = [];

  #staff: Promise<{ owner: Person; bar: Person; screen: Person }> | undefined;

  private constructor(browser: Browser, site: Site) {
    this.#browser = browser;
    this.#site = site;
  }

  /** `heldAt`: the moment, in milliseconds, at which the stand's clock stands until it is advanced; by default it runs. */
  static async begin(options: Parameters<typeof openSite>[0] = {}): Promise<Journey> {
    mkdirSync(screens, { recursive: true });
    const [browser, site] = await Promise.all([openBrowser(), openSite(options)]);
    return new Journey(browser, site);
  }

  get stand(): Stand {
    return this.#site.stand;
  }

  /** Those who work here, signed in once, however many walks they are on: a number gets only so many codes in an hour. */
  staff(): Promise<{ owner: Person; bar: Person; screen: Person }> {
    this.#staff ??= (async () => ({
      owner: await this.stand.admin(),
      bar: await this.stand.barista(),
      screen: await this.stand.display(),
    }))();
    return this.#staff;
  }

  get origin(): string {
    return this.#site.origin;
  }

  /** Deploys another build of the site. */
  deploy(built: string): void {
    this.#site.deploy(built);
  }

  /**
   * `before`: done to the page before it goes to the address. `timezoneId`: what the device's clocks are set to, where it is not the stand's;
   * `locale`: its language, where it is not English.
   */
  async open(
    device: keyof typeof devices,
    address: string,
    before: (page: Page) => Promise<unknown> = async () => undefined,
    timezoneId?: string,
    locale?: string,
  ): Promise<Page> {
    const { context, errors } = await openDevice(this.#browser, device, timezoneId, locale);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on("close", () => this.troubles.push(...unexpected(errors)));
    await before(page);
    await page.goto(address);
    return page;
  }

  /** Opens an address and notes what the page asks of the API, preflights among it: `GET /stores/main`. */
  async openNoting(device: keyof typeof devices, address: string): Promise<{ page: Page; asked: string[] }> {
    const asked: string[] = [];
    const { api } = this.stand;
    const page = await this.open(device, address, async (fresh) => {
      // Of preflights only the browser's own protocol tells.
      const session = await fresh.context().newCDPSession(fresh);
      session.on("Network.requestWillBeSent", ({ request: { method, url } }) => {
        if (url.startsWith(api)) asked.push(`${method} ${url.slice(api.length)}`);
      });
      await session.send("Network.enable");
    });
    return { page, asked };
  }

  /** Opens an address as somebody who has signed in there before. */
  async openAs(
    device: keyof typeof devices,
    path: string,
    { token }: Person,
    before?: (page: Page) => Promise<unknown>,
  ) {
    const app = /^\/(barista|display|admin)/.exec(path)?.[1] ?? "customer";
    const kept = `if (!sessionStorage.length) localStorage["crema.session.${app}"] = '${JSON.stringify({ token })}';`;
    return this.open(device, new URL(path, this.origin).href, async (page) => {
      await page.addInitScript(`${kept} sessionStorage["signed-in-before"] = "yes";`);
      await before?.(page);
    });
  }

  /** With a number; on a display that is the second way, after pairing it. */
  async signIn(page: Page, phone: string): Promise<void> {
    if (new URL(page.url()).pathname.startsWith("/display"))
      await page.getByRole("button", { name: displayWords.pairOther }).click();
    const number = page.getByRole("textbox", { name: words.phone });
    await number.fill(phone);
    await number.press("Enter");
    const code = page.getByRole("textbox", { name: words.code, exact: true });
    await code.waitFor();
    // So that a phone keeps its keyboard for the code.
    await expect.poll(() => code.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
    await code.fill(this.stand.codesTo(phone)[0] ?? "");
  }

  /** Signs a display in and reads the address that its QR code holds. */
  async openDisplay(device: keyof typeof devices = "monitor"): Promise<{ page: Page; url: string }> {
    const page = await this.open(device, `${this.origin}/display`);
    const reply = page.waitForResponse((response) => response.url().endsWith("/code") && response.ok());
    await this.signIn(page, staffPhones.display);
    const { url } = (await (await reply).json()) as { url: string };
    const qr = page.getByRole("img", { name: /Code to scan/ });
    await qr.waitFor();
    // What is drawn is what the address encodes to, square by square.
    const { data } = encode(url, { ecc: "M", border: 0 });
    const dark = data.map((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
    expect(await qr.locator("path").getAttribute("d")).toBe(dark);
    expect(await page.getByRole("link").filter({ has: qr }).getAttribute("href")).toBe(url);
    return { page, url };
  }

  /** What every open page shows, for a test that failed. */
  async lookAtAll(name: string): Promise<void> {
    const pages = this.#browser.contexts().flatMap((context) => context.pages());
    for (const [n, page] of pages.entries()) await this.look(page, `failed-${name}-${n}`);
  }

  look(page: Page, name: string): Promise<Buffer> {
    return page.screenshot({ path: join(screens, `${name}.png`), animations: "disabled" });
  }

  /** Looks, and notes what would keep people from using what is shown: as it is and, but for what hangs on a wall, in the dark, where there is little width, and at the edges of a phone on its side. */
  async examine(page: Page, name: State): Promise<void> {
    await this.look(page, name);
    const shown = await page.evaluate<string>("document.body.innerText");
    for (const title of titlesOf(name)) expect(shown, name).toMatch(title);
    const found = await barriers(page);
    if (!/\/display\b/.test(page.url()))
      for (const look of [darkBarriers, wideBarriers, edgeBarriers]) found.push(...(await look(page)));
    this.troubles.push(...found.map((barrier) => `${name}: ${barrier}`));
  }

  /** Changes the language of a page, where its list is on it. */
  async speak(page: Page, language: string): Promise<void> {
    await page.locator("label.language select").first().selectOption(language, { force: true });
    await expect.poll(() => page.evaluate("document.documentElement.lang")).toBe(language);
  }

  /** Looks at a state in another language: what has no room there, and, where it is written from the right, what is found. */
  async examineIn(page: Page, name: State, language: string): Promise<void> {
    await this.look(page, `${name}-${language}`);
    const found = (await cutOff(page)).map((what) => `cut off: ${what}`);
    if (await page.evaluate<boolean>("document.dir === 'rtl'")) found.push(...(await barriers(page)));
    this.troubles.push(...found.map((barrier) => `${name}, ${language}: ${barrier}`));
  }

  /** The same in a language that is written from the right, and in one with long words; then it is English again. */
  async examineAbroad(page: Page, name: State): Promise<void> {
    for (const language of ["ar", "de"]) {
      await this.speak(page, language);
      await this.examineIn(page, name, language);
    }
    await this.speak(page, "en");
  }

  async end(): Promise<void> {
    await this.#browser.close();
    await this.#site.close();
  }
}
