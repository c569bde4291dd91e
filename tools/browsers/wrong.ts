import { measure } from "../../test/journeys/cut-off.ts";
import type { Driver } from "./driver.ts";

/** Of a page what only a browser can say of itself. */
export interface Seen {
  /** Errors that were thrown, printed, or told by the policy. */
  errors: string[];
  /** Texts that have no room. */
  cut: string[];
  /** How wide the page is, and how wide what can be seen of it. */
  wide: number;
  within: number;
  /** Fields to type in with letters of so many pixels: Safari on a phone zooms into what is smaller than 16. */
  letters: number[];
  /** Lists to choose from that the browser draws as it likes. */
  native: number;
  /** Fonts that could not be loaded. */
  fonts: string[];
}

/** Notes in a page what goes wrong from now on. */
const watch = `(() => {
  if (globalThis.noted) return;
  const noted = globalThis.noted = [];
  addEventListener("error", (event) => noted.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => noted.push(String(event.reason)));
  addEventListener("securitypolicyviolation", (event) => noted.push(event.violatedDirective + " forbids " + event.blockedURI));
  const print = console.error;
  console.error = (...all) => { noted.push(all.map(String).join(" ")); print(...all); };
})()`;

const seen = `({
  errors: globalThis.noted?.splice(0) ?? [],
  cut: ${measure},
  wide: document.documentElement.scrollWidth,
  within: document.documentElement.clientWidth,
  letters: [...document.querySelectorAll("input:not([type=checkbox], [type=radio], [type=range]), select, textarea")]
    .filter((field) => field.checkVisibility())
    .map((field) => Math.round(Number.parseFloat(getComputedStyle(field).fontSize))),
  native: [...document.querySelectorAll("select")].filter((list) => getComputedStyle(list).appearance !== "none").length,
  fonts: [...document.fonts].filter((font) => font.status === "error").map((font) => font.family),
})`;

/** Begins to note what goes wrong in the page that is open. */
export async function begin(driver: Driver): Promise<void> {
  await driver.evaluate(watch);
}

/** What is not as it should be on the page that is open. */
export async function look(driver: Driver): Promise<string[]> {
  return wrongIn(await driver.evaluate<Seen>(seen));
}

/** In words; nothing where all is well. */
export function wrongIn({ errors, cut, wide, within, letters, native, fonts }: Seen): string[] {
  const small = letters.filter((size) => size < 16);
  return [
    ...errors,
    ...cut.map((what) => `cut off: ${what}`),
    ...(wide > within ? [`the page is ${wide} wide and has room for ${within}`] : []),
    ...small.map((size) => `a field has letters of ${size} pixels: phones zoom into it`),
    ...(native > 0 ? [`${native} lists are drawn as the browser likes`] : []),
    ...fonts.map((font) => `the font ${font} did not load`),
  ];
}
