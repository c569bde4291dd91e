import type { Notice, NoticeText } from "../../contracts/notice.ts";
import { firstOf, readerLanguages } from "./intl.ts";

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

/** The text in the first of the reader's languages that it has. English is always there. */
export function textIn(text: NoticeText, told: readonly string[] = readerLanguages()): { lang: string; words: string } {
  const lang = firstOf(Object.keys(text), told) ?? "en";
  return { lang, words: text[lang] ?? text.en };
}
