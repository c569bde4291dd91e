/** Languages, numbers and times with `Intl`. Works for any language that a browser names and with any part of `Intl` missing. Nothing here throws. */
import { speech } from "./speech.ts";

/** The result of `make`, or undefined if the browser throws: the part is missing or refuses its arguments. */
export function made<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** The browser's language tags, preferred first, as it gives them: they may be invalid. */
export function toldLanguages(): string[] {
  const several: unknown = made(() => navigator.languages);
  const one: unknown = made(() => navigator.language);
  return [...(Array.isArray(several) ? several : []), one].filter((tag) => typeof tag === "string");
}

/** `en_US.UTF-8@posix` as `en-US`: removes what systems add to a language tag. Undefined if there is no tag in it. */
export function languageTag(told: string): string | undefined {
  const tag = told
    .trim()
    .replace(/[.@].*$/, "")
    .replaceAll("_", "-");
  return made(() => Intl.getCanonicalLocales(tag)[0]);
}

/** A tag with its likely script and region: `zh-TW` as `zh-Hant-TW`. Unchanged if the browser does not know. */
function maximized(tag: string): string {
  return made(() => new Intl.Locale(tag).maximize().toString()) ?? tag;
}

/**
 * The first match in `available` for a reader of these languages. Each is looked up as it is, then without its last parts (RFC 4647, 3.4), with its
 * likely script: `de-AT`, `de`; `zh-TW`, `zh-Hant-TW`, `zh-Hant`. Undefined if there is none.
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

/** The reader's languages, preferred first: the language chosen here, then those of the browser. */
export function readerLanguages(): readonly string[] {
  return speech().told ?? toldLanguages();
}

/** The reader's language: the first valid one; English if there is none. Numbers and times follow it. */
export function language(told: readonly string[] = readerLanguages()): string {
  for (const one of told) {
    const tag = languageTag(one);
    if (tag !== undefined) return tag;
  }
  return "en";
}

/** The region (ISO 3166) of the reader's languages: that of the first language that has one; undefined if none does. */
export function region(told: readonly string[] = toldLanguages()): string | undefined {
  const tags = told.map(languageTag).filter((tag) => tag !== undefined);
  // An explicit region is better than the likely region of a language.
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

/** The name of a region in the reader's language; its code if the browser knows no name. */
export function regionNames(locale: string = language()): (code: string) => string {
  const names = made(() => new Intl.DisplayNames([locale, "en"], { type: "region" }));
  return (code) => made(() => names?.of(code)) ?? code;
}

/** Compares texts by the collation of the reader's language. */
export function compareIn(locale: string = language()): (a: string, b: string) => number {
  const collator = made(() => new Intl.Collator([locale, "en"]));
  return collator?.compare ?? ((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A number in the reader's digits, without grouping; `digits`: the minimum number of digits. */
export function number(
  value: number,
  { digits = 1, locale = language() }: { digits?: number; locale?: string | undefined } = {},
): string {
  const format = made(
    () => new Intl.NumberFormat([locale, "en"], { useGrouping: false, minimumIntegerDigits: digits }),
  );
  return format?.format(value) ?? String(value).padStart(digits, "0");
}

/** The time zone for all times: the device's until the store's is known. */
let clocks: string | undefined;

/**
 * Sets the time zone (IANA name) for all times, wherever the device is, so that everybody at a store reads the same time. An unknown zone changes
 * nothing.
 */
export function tellTimesOf(timeZone: string): void {
  if (made(() => new Intl.DateTimeFormat("en", { timeZone }))) clocks = timeZone;
}

/** A moment (ms) in the reader's format, in the store's time zone. An unknown time zone or an invalid moment gives an empty text. */
export function moment(at: number, options: Intl.DateTimeFormatOptions, locale: string = language()): string {
  return made(() => new Intl.DateTimeFormat([locale, "en"], { timeZone: clocks, ...options }).format(at)) ?? "";
}

/** `a, b and c`, in the language of the texts. */
export function listOf(items: readonly string[], locale: string = speech().language): string {
  return made(() => new Intl.ListFormat(locale).format(items)) ?? items.join(", ");
}

/** The plural category in the language of the texts. Without `Intl`, those of English cardinal numbers. */
export function pluralOf(locale: string, type: Intl.PluralRuleType): (n: number) => Intl.LDMLPluralRule {
  const rules = made(() => new Intl.PluralRules(locale, { type }));
  return (n) => rules?.select(n) ?? (type === "cardinal" && n === 1 ? "one" : "other");
}
