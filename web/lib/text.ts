/** A message for a number, in the forms of its language (`other` always). */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Message = string | Plural;

const language = "en";
const rules = {
  cardinal: new Intl.PluralRules(language),
  ordinal: new Intl.PluralRules(language, { type: "ordinal" }),
};

/**
 * The message with each `{name}` replaced by its value. A plural message chooses its form by the value `n`.
 * @throws Error when a value is missing: a text with a hole in it must not reach a screen.
 */
export function t(message: Message, values: Record<string, string | number> = {}): string {
  return fill(message, values, rules.cardinal);
}

/** The same for "third", "4th": the form is chosen by the ordinal rules of the language. */
export function ordinal(message: Plural, values: Record<string, string | number>): string {
  return fill(message, values, rules.ordinal);
}

function fill(message: Message, values: Record<string, string | number>, plural: Intl.PluralRules): string {
  const text = typeof message === "string" ? message : (message[plural.select(Number(values.n))] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`"${text}" needs a value for ${name}`);
    return String(value);
  });
}
