import type * as z from "zod";
import { personText } from "./common.ts";
import { type Fields, written } from "./fields.ts";
import { type Language, languages } from "./languages.ts";

/** The most characters in a name, of a drink or an option, and in the line below it. */
const longestName = 40;
const longestLine = 80;

function inLanguages<Text extends z.ZodType>(text: Text, fields: Fields) {
  const tags = Object.keys(languages) as Language[];
  const each = Object.fromEntries(
    tags.map((tag) => [tag, text.optional().describe(`The text in the language ${tag}.`)]),
  ) as Record<Language, z.ZodOptional<Text>>;
  return fields(each)
    .optional()
    .describe("The same text in other languages. A screen in any other language shows the fields beside this one.");
}

/** A name in other languages. */
export const names = (longest = longestName, fields: Fields = written) =>
  inLanguages(fields({ name: personText(longest).optional().describe("Its name.") }), fields);

/** A name and the line below it in other languages. */
export const namesAndLines = (fields: Fields = written) =>
  inLanguages(
    fields({
      name: personText(longestName).optional().describe("Its name."),
      description: personText(longestLine, 0).optional().describe("The line below the name."),
    }),
    fields,
  );
