/**
 * The supported languages, each with its own name for itself. Screens, the language switch and messages all use this list.
 * This file imports no library, since screens load it. Add a language when all its texts are translated (see web/README.md).
 */
export const languages = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  "zh-Hans": "简体中文",
  ar: "العربية",
} as const;

/** The BCP 47 tag of a supported language. */
export type Language = keyof typeof languages;

/** The languages that are written from right to left. */
const rightToLeft: readonly string[] = ["ar"];

/** The direction in which a language is written. */
export function direction(language: string): "ltr" | "rtl" {
  return rightToLeft.includes(language) ? "rtl" : "ltr";
}
