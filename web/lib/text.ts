import { direction, type Language } from "../../contracts/languages.ts";
import { number, pluralOf } from "./intl.ts";
import { speech } from "./speech.ts";

/** A message for a number, in the plural forms of its language (`other` always). */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Message = string | Plural;

/** The plural forms of each language, for the whole numbers that occur here (Spanish has one more for whole millions). */
interface Forms {
  en: "one" | "other";
  de: "one" | "other";
  es: "one" | "other";
  "zh-Hans": "other";
  ar: "zero" | "one" | "two" | "few" | "many" | "other";
}

/**
 * The type of a translation of the English texts `T`: exactly the same texts, and for a plural the forms of the language. An ordinal (`1st`) is
 * recognised by the forms that English has for nothing else; no other language here has more than one.
 */
export type Translated<T, L extends Language> = T extends string
  ? string
  : T extends readonly string[]
    ? readonly string[]
    : T extends { two: string; few: string; other: string }
      ? { other: string }
      : T extends { one: string; other: string }
        ? Record<Forms[L], string>
        : { [Key in keyof T]: Translated<T[Key], L> };

/**
 * The message with each `{name}` replaced by its value; numbers are in the reader's digits. The value `n` chooses the form of a plural message.
 * @throws Error if a value is missing: an incomplete text must not reach a screen.
 */
export function t(message: Message, values: Record<string, string | number> = {}): string {
  return fill(message, values, "cardinal");
}

/** The same for "third", "4th": the language's ordinal rules choose the form. */
export function ordinal(message: Plural, values: Record<string, string | number>): string {
  return fill(message, values, "ordinal");
}

function fill(message: Message, values: Record<string, string | number>, type: Intl.PluralRuleType): string {
  const text =
    typeof message === "string"
      ? message
      : (message[pluralOf(speech().language, type)(Number(values.n))] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`"${text}" needs a value for ${name}`);
    return typeof value === "string" ? isolated(value) : number(value);
  });
}

/** A name within a sentence: it begins in lower case, except in German. */
export function inSentence(name: string): string {
  return speech().language === "de" ? name : name.toLocaleLowerCase();
}

/**
 * A user's own text (a name, a note) among other words: its writing direction and its directional marks do not affect what is around it. Among
 * left-to-right words, text in Latin letters needs nothing. In a component `<bdi>` does the same.
 */
export function isolated(text: string): string {
  const plain = balanced(text);
  if (direction(speech().language) === "rtl") return `\u2068${plain}\u2069`;
  return /^[\p{Script=Latin}\p{N}\p{P}\p{S}\p{M}\p{Zs}]*$/u.test(plain) ? plain : `\u2068${plain}\u2069`;
}

/** Removes marks that would have an effect beyond the text: overrides, and isolates that are ended twice or not at all. */
function balanced(text: string): string {
  let open = 0;
  const kept = text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (mark) => {
    if (mark >= "\u2066" && mark <= "\u2068") open++;
    else if (mark !== "\u2069" || open === 0) return "";
    else open--;
    return mark;
  });
  return kept + "\u2069".repeat(open);
}
