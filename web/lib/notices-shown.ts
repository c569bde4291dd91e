import type { Notice, NoticeText } from "../../contracts/notice.ts";
import { languageTag, maximized, toldLanguages } from "./intl.ts";

/** Whose screen it is. */
export type Slot = "display" | "bar" | "customer";

/** What a screen shows now: the newest `most`, warnings before all, each in a place that stays while others come and go. */
export function shownOn(slot: Slot, notices: Iterable<Notice>, now: number, most: number): Notice[] {
  const urgent = ({ icon }: Notice) => Number(icon === "warning");
  const order = (a: string, b: string) => (a < b ? -1 : 1);
  return [...notices]
    .filter(({ audience, until, withdrawn }) => {
      const its = typeof audience === "object" ? "customer" : audience;
      return its === slot && !withdrawn && Date.parse(until) > now;
    })
    .sort((a, b) => urgent(b) - urgent(a) || order(b.at, a.at))
    .slice(0, most)
    .sort((a, b) => urgent(b) - urgent(a) || order(a.id, b.id));
}

/**
 * The text in the first of the reader's languages that it has. Each is looked for as it is, then without its last parts (RFC 4647, 3.4), with the script
 * that it is mostly written in: `de-AT`, `de`; `zh-TW`, `zh-Hant-TW`, `zh-Hant`. English is always there.
 */
export function textIn(text: NoticeText, told: readonly string[] = toldLanguages()): { lang: string; words: string } {
  for (const one of told) {
    const own = languageTag(one);
    for (const tag of own === undefined ? [] : [own, maximized(own)])
      for (let lang = tag; lang !== ""; lang = lang.replace(/(^|-)[^-]*$/, "")) {
        const words = Object.hasOwn(text, lang) ? text[lang] : undefined;
        if (words !== undefined) return { lang, words };
      }
  }
  return { lang: "en", words: text.en };
}
