import * as z from "zod";
import { personText } from "./common.ts";
import { type Fields, published, written } from "./fields.ts";
import { mistake } from "./mistakes.ts";
import { names } from "./texts.ts";

/** The options of a drink: groups of choices, which belong to one drink or are shared by several. */
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens");
/** An order cannot contain a longer id of a group or choice. The limit is not part of `slug`, since released event schemas use that. */
const longestSlug = 60;

const choice = (fields: Fields) =>
  fields({
    id: slug.describe("The id that orders contain; it stays the same when the name changes."),
    name: personText(40).describe("As screens show it."),
    texts: names(40, fields),
    available: z
      .boolean()
      .optional()
      .describe("`false` while the choice is sold out: screens show that, and it cannot be chosen. Default: `true`."),
  });

const settings = (fields: Fields) => ({
  name: personText(40).describe("As screens show it."),
  texts: names(40, fields),
  choose: z.enum(["one", "any"]).describe("`one`: exactly one choice; `any`: none, one or several."),
  choices: z
    .array(choice(fields))
    .min(1, "needs at least one choice")
    .max(20)
    .describe("The choices, in the order in which screens show them."),
  default: slug
    .optional()
    .describe("The choice that applies if the customer chooses none. Required with `one`, and not used with `any`."),
});

export const groupSettings = settings(written);

type Settings = { choose: string; choices: { id: string }[]; default?: string | undefined };

/** The rules that concern several fields of a group. */
function fits(group: Settings, context: { addIssue(issue: ReturnType<typeof mistake>): void }): void {
  const ids = group.choices.map(({ id }) => id);
  if (new Set(ids).size < ids.length) context.addIssue(mistake(["choices"], "twice", "has the same id twice"));
  if (group.choose === "one" && group.default === undefined)
    context.addIssue(mistake(["default"], "no-default", "is missing: one choice must be the default"));
  if (group.default !== undefined && !ids.includes(group.default))
    context.addIssue(mistake(["default"], "lost-default", `is none of the choices ${ids.join(", ")}`));
}

/** Reports ids that are too long for an order. */
export function notTooLong(
  { id, choices }: { id?: string; choices: { id: string }[] },
  at: (string | number)[],
  context: { addIssue(issue: ReturnType<typeof mistake>): void },
): void {
  const look = (path: (string | number)[], named: string) => {
    if (named.length <= longestSlug) return;
    context.addIssue(mistake([...path, "id"], "form", `is longer than ${longestSlug} characters`));
  };
  if (id !== undefined) look(at, id);
  for (const [place, { id }] of choices.entries()) look([...at, "choices", place], id);
}

export const sharedId = z
  .string()
  .regex(/^options:[a-z0-9][a-z0-9-]{0,39}$/, "must look like options:milk")
  .describe("`options:` and the id of the group, which orders contain; it stays the same when the name changes.");

/** The id of a shared group in orders. */
export const groupIdOf = (shared: string): string => shared.replace("options:", "");

const groupId = slug.describe("The id that orders contain; it stays the same when the name changes.");

/** A group that belongs to one drink. */
export const ownGroup = z.strictObject({ id: groupId, ...groupSettings }).superRefine(fits);

/** A drink's reference to a shared group. */
export const sharedUse = z
  .strictObject({
    shared: sharedId,
    default: slug.optional().describe("The default with this drink, in place of the group's default."),
    without: z.array(slug).max(20).optional().describe("The choices of the group that this drink does not offer."),
  })
  .describe("A reference to a shared group, which is a document of its own.");
export type SharedUse = z.infer<typeof sharedUse>;

/** A group as screens show it, with all its choices, whether it is shared or not. */
export const optionGroup = published({
  id: groupId,
  ...settings(published),
  shared: sharedId.optional().describe("The document of a shared group."),
}).superRefine(fits);
export type OptionGroup = z.infer<typeof optionGroup>;

/** A shared group without the other fields of its document. */
export const sharedGroup = z.object({ id: sharedId, ...groupSettings });
export type SharedGroup = z.infer<typeof sharedGroup>;

/** The rules for the document of a shared group that concern several fields. */
export function fitsShared(group: Settings, context: { addIssue(issue: ReturnType<typeof mistake>): void }): void {
  fits(group, context);
  notTooLong(group, [], context);
}
