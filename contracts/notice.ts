import * as z from "zod";
import { customerId, moment, personText, storeId } from "./common.ts";

/** The name of an extension: that of its folder. */
export const extensionName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens, and begin with a letter");

/** What may stand beside a notice. Every app draws all of them, so there are few. */
export const noticeIcons = ["info", "warning", "clock", "cup", "heart", "star", "gift", "robot"] as const;

/** All who look at a display, all who work at the bar, or one customer. */
const noticeAudience = z.union([z.enum(["display", "bar"]), z.strictObject({ customer: customerId })]);
export type NoticeAudience = z.infer<typeof noticeAudience>;

/** Characters; more is no notice but a page. */
const longest = 160;
/** With more of them it would travel as several messages, each of which is paid. */
const mostLanguages = 24;
const line = personText(longest);

/** A text by language tag (BCP 47, as `Intl.getCanonicalLocales` writes it). English is always there, for whom no other is. */
export const noticeText = z
  .object({ en: line.describe("In English, for whom no other language fits.") })
  .catchall(line)
  .check(({ value, issues }) => {
    const tags = Object.keys(value);
    const refuse = (path: string[], message: string) => issues.push({ code: "custom", input: value, path, message });
    if (tags.length > mostLanguages) refuse([], `has more than ${mostLanguages} languages`);
    for (const tag of tags)
      if (!isCanonical(tag)) refuse([tag], "is no language tag such as de or pt-BR, written as usual");
  });
export type NoticeText = z.infer<typeof noticeText>;

function isCanonical(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
}

/** What a feature says on screens, in a place that every app has for it: see docs/decisions/0015-notices-live-in-the-catalog.md. */
export const notice = z
  .object({
    storeId,
    id: z
      .string()
      .regex(/^notice:[a-z][a-z0-9-]{0,39}:[A-Za-z0-9_-]{1,80}$/)
      .describe("`notice:<extension>:<key>`: what is said under the same key takes its place."),
    source: extensionName.describe("The extension that says it."),
    audience: noticeAudience.describe(
      "Who is told: all who look at a display, all who work at the bar, or one customer.",
    ),
    text: noticeText.describe("What is said, by language (BCP 47). English is always there, for whom no other is."),
    icon: z.enum(noticeIcons).describe("What stands beside it."),
    until: moment.describe("It is gone from screens at this moment, whether or not anybody tells them."),
    version: z
      .int()
      .positive()
      .describe("Grows with each change, and never begins anew; of two the one with the higher version is true."),
    at: moment.describe("When it was said."),
    withdrawn: z.literal(true).optional().describe("It was taken back."),
  })
  .describe("What an extension says on screens.");
export type Notice = z.infer<typeof notice>;
