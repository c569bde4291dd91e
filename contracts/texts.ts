import * as z from "zod";
import { personText } from "./common.ts";
import { type Language, languages } from "./languages.ts";

/** The most characters in a name, of a drink or an option, and in the line below it. */
const longestName = 40;
const longestLine = 80;

function inLanguages<Text extends z.ZodType>(text: Text) {
  const tags = Object.keys(languages) as Language[];
  const each = Object.fromEntries(
    tags.map((tag) => [tag, text.optional().describe(`The text in the language ${tag}.`)]),
  ) as Record<Language, z.ZodOptional<Text>>;
  return z
    .strictObject(each)
    .optional()
    .describe("The same text in other languages. A screen in any other language shows the fields beside this one.");
}

/** A name in other languages. */
export const names = (longest = longestName) =>
  inLanguages(z.strictObject({ name: personText(longest).optional().describe("Its name.") }));

/** A name and the line below it in other languages. */
export const namesAndLines = inLanguages(
  z.strictObject({
    name: personText(longestName).optional().describe("Its name."),
    description: personText(longestLine, 0).optional().describe("The line below the name."),
  }),
);
