import * as z from "zod";
import { personText } from "./common.ts";
import { mistake } from "./mistakes.ts";
import { names } from "./texts.ts";

/** What can be chosen with a drink: groups of choices, a drink's own or shared by several. */
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens");
/** An option group or choice with a longer id could not be named in an order. Not part of `slug`, which events that are released share. */
const longestSlug = 60;

const choice = z.strictObject({
  id: slug.describe("Named in orders: it stays when the name changes."),
  name: personText(40).describe("As screens show it."),
  texts: names(),
  available: z
    .boolean()
    .optional()
    .describe("`false` while it is sold out: shown so, and not to be chosen. Left out: it can be."),
});

export const groupSettings = {
  name: personText(40).describe("As screens show it."),
  texts: names(),
  choose: z.enum(["one", "any"]).describe("`one`: exactly one choice; `any`: none, one or several."),
  choices: z
    .array(choice)
    .min(1, "needs at least one choice")
    .max(20)
    .describe("What can be chosen, in the order that screens show."),
  default: slug
    .optional()
    .describe("The choice taken when the customer names none; only with `one`, where it is needed."),
};

type Settings = { choose: string; choices: { id: string }[]; default?: string | undefined };

/** What of a group is only seen when its parts are seen together. */
function fits(group: Settings, context: { addIssue(issue: ReturnType<typeof mistake>): void }): void {
  const ids = group.choices.map(({ id }) => id);
  if (new Set(ids).size < ids.length) context.addIssue(mistake(["choices"], "twice", "has the same id twice"));
  if (group.choose === "one" && group.default === undefined)
    context.addIssue(mistake(["default"], "no-default", "is missing: one choice must be the default"));
  if (group.default !== undefined && !ids.includes(group.default))
    context.addIssue(mistake(["default"], "lost-default", `is none of the choices ${ids.join(", ")}`));
}

/** Tells of ids that no order could name. */
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
  .describe("`options:` and the id of the group, which orders name: it stays when the name changes.");

/** The id that a shared group has in orders. */
export const groupIdOf = (shared: string): string => shared.replace("options:", "");

const groupId = slug.describe("Named in orders: it stays when the name changes.");

/** A group that one drink has for itself. */
export const ownGroup = z.strictObject({ id: groupId, ...groupSettings }).superRefine(fits);

/** A group that several drinks share, as one of them has it. */
export const sharedUse = z
  .strictObject({
    shared: sharedId,
    default: slug.optional().describe("Taken with this drink when the customer names none, in place of the group's."),
    without: z.array(slug).max(20).optional().describe("Choices of the group that this drink does not offer."),
  })
  .describe("A group that is a document of its own, shared by the drinks that name it.");
export type SharedUse = z.infer<typeof sharedUse>;

/** A group as screens show it: with all that can be chosen, whether it is shared or not. */
export const optionGroup = z
  .strictObject({
    id: groupId,
    ...groupSettings,
    shared: sharedId.optional().describe("The document that it comes from, where drinks share it."),
  })
  .superRefine(fits);
export type OptionGroup = z.infer<typeof optionGroup>;

/** A shared group without what its document has around it. */
export const sharedGroup = z.object({ id: sharedId, ...groupSettings });
export type SharedGroup = z.infer<typeof sharedGroup>;

/** What a document with a shared group must be beside its fields. */
export function fitsShared(group: Settings, context: { addIssue(issue: ReturnType<typeof mistake>): void }): void {
  fits(group, context);
  notTooLong(group, [], context);
}
