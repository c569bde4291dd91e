/** Languages, numbers and times by `Intl`, for any language that a browser names and with any part of `Intl` missing. Nothing here throws. */
import { speech } from "./speech.ts";

/** What `make` returns, or undefined when the browser cannot: the part is missing, or refuses its arguments. */
export function made<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** The language tags that the browser names, the preferred first, as it names them: they need not be valid. */
export function toldLanguages(): string[] {
  const several: unknown = made(() => navigator.languages);
  const one: unknown = made(() => navigator.language);
  return [...(Array.isArray(several) ? several : []), one].filter((tag) => typeof tag === "string");
}

/** `en_US.UTF-8@posix` as `en-US`: what systems put around a language tag is no part of it. Undefined for what is no tag at all. */
export function languageTag(told: string): string | undefined {
  const tag = told
    .trim()
    .replace(/[.@].*$/, "")
    .replaceAll("_", "-");
  return made(() => Intl.getCanonicalLocales(tag)[0]);
}

/** A tag with the script and the region that it mostly has: `zh-TW` as `zh-Hant-TW`. The same where the browser does not know. */
function maximized(tag: string): string {
  return made(() => new Intl.Locale(tag).maximize().toString()) ?? tag;
}

/**
 * The first of `available` for a reader of those languages. Each is looked for as it is, then without its last parts (RFC 4647, 3.4), with the script
 * that it is mostly written in: `de-AT`, `de`; `zh-TW`, `zh-Hant-TW`, `zh-Hant`. Undefined when there is none.
 */
export function firstOf(available: readonly string[], told: readonly string[]): string | undefined {
  for (const one of told) {
    const own = languageTag(one);
    for (const tag of own === undefined ? [] : [own, maximized(own)])
      for (let lang = tag; lang !== ""; lang = lang.replace(/(^|-)[^-]*$/, ""))
        if (available.includes(lang)) return lang;
  }
  return undefined;
}

/** The languages of the reader, the preferred first: what was chosen here, then what the browser names. */
export function readerLanguages(): readonly string[] {
  return speech().told ?? toldLanguages();
}

/** The reader's language: the first that is one; English when there is none. Numbers and times follow it. */
export function language(told: readonly string[] = readerLanguages()): string {
  for (const one of told) {
    const tag = languageTag(one);
    if (tag !== undefined) return tag;
  }
  return "en";
}

/** The region (ISO 3166) that the reader's languages point to, the first that names one; undefined when none does. */
export function region(told: readonly string[] = toldLanguages()): string | undefined {
  const tags = told.map(languageTag).filter((tag) => tag !== undefined);
  // A region that is named says more than the one where a language is mostly spoken.
  for (const guess of [false, true])
    for (const tag of tags) {
      const found = made(() => {
        const locale = new Intl.Locale(tag);
        return (guess ? locale.maximize() : locale).region;
      });
      if (found !== undefined) return found;
    }
  return undefined;
}

/** The name of a region in the reader's language; its code where the browser knows none. */
export function regionNames(locale: string = language()): (code: string) => string {
  const names = made(() => new Intl.DisplayNames([locale, "en"], { type: "region" }));
  return (code) => made(() => names?.of(code)) ?? code;
}

/** Compares texts in the order of the reader's language. */
export function compareIn(locale: string = language()): (a: string, b: string) => number {
  const collator = made(() => new Intl.Collator([locale, "en"]));
  return collator?.compare ?? ((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A number in the reader's digits, without grouping; `digits`: at least so many. */
export function number(
  value: number,
  { digits = 1, locale = language() }: { digits?: number; locale?: string | undefined } = {},
): string {
  const format = made(
    () => new Intl.NumberFormat([locale, "en"], { useGrouping: false, minimumIntegerDigits: digits }),
  );
  return format?.format(value) ?? String(value).padStart(digits, "0");
}

/** Whose clocks times are told by: the device's, until it is known which store's. */
let clocks: string | undefined;

/**
 * Times are told by the clocks of this zone (IANA name) from now on, wherever the device is: everybody at a store means the same by them. One that
 * the browser does not know changes nothing.
 */
export function tellTimesOf(timeZone: string): void {
  if (made(() => new Intl.DateTimeFormat("en", { timeZone }))) clocks = timeZone;
}

/** A moment (ms) in the reader's way, by the store's clocks. A time zone that is not known, and a moment that is none, give an empty text. */
export function moment(at: number, options: Intl.DateTimeFormatOptions, locale: string = language()): string {
  return made(() => new Intl.DateTimeFormat([locale, "en"], { timeZone: clocks, ...options }).format(at)) ?? "";
}

/** `a, b and c`, in the language of the texts. */
export function listOf(items: readonly string[], locale: string = speech().language): string {
  return made(() => new Intl.ListFormat(locale).format(items)) ?? items.join(", ");
}

/** The form of a plural in the language of the texts. Without `Intl` English's cardinal numbers are told apart. */
export function pluralOf(locale: string, type: Intl.PluralRuleType): (n: number) => Intl.LDMLPluralRule {
  const rules = made(() => new Intl.PluralRules(locale, { type }));
  return (n) => rules?.select(n) ?? (type === "cardinal" && n === 1 ? "one" : "other");
}
