import { languages } from "../../contracts/languages.ts";
import { type Loose, text } from "./loose.ts";

/** What is said in other languages while it is edited: by language, then by field; empty for what is not said. */
export type TextsDraft = Record<string, Record<string, string>>;

const object = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});

/** A field for each of these in each language, empty where nothing is said. */
export function textsDraft(texts: unknown, fields: readonly string[] = ["name"]): TextsDraft {
  return Object.fromEntries(
    Object.keys(languages).map((language) => {
      const said = object(object(texts)[language]);
      return [language, Object.fromEntries(fields.map((field) => [field, text(said[field])]))];
    }),
  );
}

/** What of it is saved: nothing where nothing is said. */
export function textsField(draft: TextsDraft): { texts?: Loose } {
  const said = Object.entries(draft).flatMap(([language, texts]) => {
    const filled = Object.entries(texts).filter(([, value]) => value.trim() !== "");
    return filled.length === 0 ? [] : [[language, Object.fromEntries(filled)]];
  });
  return said.length === 0 ? {} : { texts: Object.fromEntries(said) };
}
