/**
 * The languages that people read Crema in, each by its name in itself: the one list that the screens, their switch and the messages follow.
 * Free of libraries, so that the screens may load it. A language stands here once all its texts are there (web/README.md tells how).
 */
export const languages = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  "zh-Hans": "简体中文",
  ar: "العربية",
} as const;

/** A language that Crema speaks, as a tag of BCP 47. */
export type Language = keyof typeof languages;

/** Those among them that are written from right to left. */
const rightToLeft: readonly string[] = ["ar"];

/** Which way a language is written. */
export function direction(language: string): "ltr" | "rtl" {
  return rightToLeft.includes(language) ? "rtl" : "ltr";
}
