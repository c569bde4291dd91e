import { languages } from "../../contracts/languages.ts";
import { firstOf, languageTag, region } from "./intl.ts";
import type { Speech } from "./speech.ts";

/** Made of English by rule, to see what has no room: it can be asked for, and is not offered. */
const pseudo = "en-XA";
const offered = Object.keys(languages);

/**
 * What a page is to speak: the language that its address asks for (`?lang=de`), else what was chosen on this device, else the first that the browser
 * tells and that is spoken here, else English.
 */
export function firstSpeech(asked: unknown, chosen: unknown, told: readonly string[]): Speech {
  if (asked === pseudo) return { language: pseudo };
  const wanted = [asked, chosen].filter((one) => typeof one === "string");
  const found = firstOf(offered, [...wanted, ...told]);
  // Who reads none of the languages still has numbers and times as usual.
  return found === undefined ? { language: "en" } : speechIn(found, told);
}

/** A language with numbers and times as the reader's own variant of it has them, or as it has them where the reader lives. */
export function speechIn(language: string, told: readonly string[]): Speech {
  const own = told.map(languageTag).find((tag) => tag !== undefined && firstOf([language], [tag]) !== undefined);
  const here = region(told);
  return { language, told: [own ?? (here === undefined ? language : `${language}-${here}`), ...told] };
}
