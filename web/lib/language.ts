import { languages } from "../../contracts/languages.ts";
import { firstOf, languageTag, region } from "./intl.ts";
import type { Speech } from "./speech.ts";

/** A pseudo-language that is generated from English, to find texts that do not fit. It can be requested but is not offered. */
const pseudo = "en-XA";
const offered = Object.keys(languages);

/**
 * The language of a page: the one that its address requests (`?lang=de`), else the one chosen on this device, else the first supported language of
 * the browser, else English.
 */
export function firstSpeech(asked: unknown, chosen: unknown, told: readonly string[]): Speech {
  if (asked === pseudo) return { language: pseudo };
  const wanted = [asked, chosen].filter((one) => typeof one === "string");
  const found = firstOf(offered, [...wanted, ...told]);
  // A reader of none of the languages still gets numbers and times in their own format.
  return found === undefined ? { language: "en" } : speechIn(found, told);
}

/** A language, with numbers and times in the reader's own variant of it, or else in the variant of the reader's region. */
export function speechIn(language: string, told: readonly string[]): Speech {
  const own = told.map(languageTag).find((tag) => tag !== undefined && firstOf([language], [tag]) !== undefined);
  const here = region(told);
  return { language, told: [own ?? (here === undefined ? language : `${language}-${here}`), ...told] };
}
