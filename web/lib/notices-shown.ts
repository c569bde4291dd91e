import type { Notice, NoticeText } from "../../contracts/notice.ts";
import { firstOf, readerLanguages } from "./intl.ts";

/** The kind of screen. */
export type Slot = "display" | "bar" | "customer";

/** The notices that a screen shows: the newest `most`, warnings first, each in a stable place while others come and go. */
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

/** The text in the first of the reader's languages that it is available in. English always is. */
export function textIn(text: NoticeText, told: readonly string[] = readerLanguages()): { lang: string; words: string } {
  const lang = firstOf(Object.keys(text), told) ?? "en";
  return { lang, words: text[lang] ?? text.en };
}
