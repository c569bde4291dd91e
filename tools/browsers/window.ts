import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../stand-options.ts";
import { type Driver, type Element, until } from "./driver.ts";
import { begin, look } from "./wrong.ts";

/** What is seen: an element that shows, by its kind and by what it is called or says, whole or at its beginning. */
const find = `(([kind, name]) => {
  const named = (one) => (one.getAttribute("aria-label") ?? one.textContent).trim().replace(/\\s+/g, " ");
  const all = [...document.querySelectorAll(kind)].filter((one) => one.checkVisibility());
  return all.find((one) => named(one) === name) ?? all.find((one) => named(one).startsWith(name)) ?? null;
})(arguments)`;

/** Somebody's window on one of the apps. */
export class Window {
  readonly driver: Driver;
  readonly #who: string;
  readonly #folder: string;
  /** What was seen, and what was not as it should be. */
  readonly looked: string[] = [];
  readonly wrong: string[] = [];

  constructor(driver: Driver, browser: string, who: string) {
    this.driver = driver;
    this.#who = who;
    this.#folder = join(root, "test-results", "browsers", browser);
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Goes to an address. */
  async open(address: string): Promise<void> {
    await this.driver.go(address);
    await begin(this.driver);
  }

  /** Waits until a text is shown. */
  async sees(text: string): Promise<void> {
    const shown = () => this.driver.evaluate<boolean>("document.body.innerText.includes(arguments[0])", text);
    await until(`"${text}", to be seen by the ${this.#who}`, shown);
  }

  /** What is shown of a kind under that name. */
  there(kind: string, name: string): Promise<Element> {
    const what = `${kind} "${name}", to be seen by the ${this.#who}`;
    return until(what, () => this.driver.find(find, kind, name));
  }

  /** Presses as a person does, where it is. */
  async press(name: string, kind = "button, a, label"): Promise<void> {
    await this.driver.click(await this.there(kind, name));
  }

  /** Types into the field that this selector finds. */
  async type(field: string, text: string): Promise<void> {
    const element = await until(`the field ${field}, of the ${this.#who}`, () =>
      this.driver.find("document.querySelector(arguments[0])", field),
    );
    await this.driver.type(element, text);
  }

  /** Loads the page once more. */
  async reload(): Promise<void> {
    await this.driver.reload();
    await begin(this.driver);
  }

  /** Takes a picture of what is shown, and looks whether it is as it should be. */
  async look(name: string): Promise<void> {
    const own = `${this.#who}-${name}`;
    writeFileSync(join(this.#folder, `${own}.png`), await this.driver.picture());
    this.looked.push(own);
    this.wrong.push(...(await look(this.driver)).map((what) => `${own}: ${what}`));
  }
}
