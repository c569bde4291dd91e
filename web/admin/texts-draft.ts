import { languages } from "../../contracts/languages.ts";
import { type Loose, text } from "./loose.ts";

/** Translations while they are edited: by language, then by field; empty if there is none. */
export type TextsDraft = Record<string, Record<string, string>>;

const object = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});

/** The given fields in each language, empty if there is no translation. */
export function textsDraft(texts: unknown, fields: readonly string[] = ["name"]): TextsDraft {
  return Object.fromEntries(
    Object.keys(languages).map((language) => {
      const said = object(object(texts)[language]);
      return [language, Object.fromEntries(fields.map((field) => [field, text(said[field])]))];
    }),
  );
}

/** The saved part: nothing if there are no translations. */
export function textsField(draft: TextsDraft): { texts?: Loose } {
  const said = Object.entries(draft).flatMap(([language, texts]) => {
    const filled = Object.entries(texts).filter(([, value]) => value.trim() !== "");
    return filled.length === 0 ? [] : [[language, Object.fromEntries(filled)]];
  });
  return said.length === 0 ? {} : { texts: Object.fromEntries(said) };
}
