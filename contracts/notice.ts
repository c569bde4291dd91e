import * as z from "zod";
import { customerId, moment, personText, storeId } from "./common.ts";

/** The name of an extension, which is also the name of its folder. */
export const extensionName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens, and begin with a letter");

/** The icons of notices. Every app contains all of them, so there are few. */
export const noticeIcons = ["info", "warning", "clock", "cup", "heart", "star", "gift", "robot"] as const;

/** Who sees a notice: everybody at a display, everybody at the bar, or one customer. */
const noticeAudience = z.union([z.enum(["display", "bar"]), z.object({ customer: customerId })]);
export type NoticeAudience = z.infer<typeof noticeAudience>;

/** The most characters in a notice. */
const longest = 160;
/** With more languages a notice would be sent as several messages, each of which is charged. */
const mostLanguages = 24;
const line = personText(longest);

/** A text by language tag (BCP 47, as `Intl.getCanonicalLocales` writes it). English is required, as the fallback. */
export const noticeText = z
  .object({ en: line.describe("The text in English, which is the fallback.") })
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

/** A notice of an extension, which every app shows in a place for notices: see docs/decisions/0015-notices-live-in-the-catalog.md. */
export const notice = z
  .object({
    storeId,
    id: z
      .string()
      .regex(/^notice:[a-z][a-z0-9-]{0,39}:[A-Za-z0-9_-]{1,80}$/)
      .describe("`notice:<extension>:<key>`. A notice with the same key replaces this one."),
    source: extensionName.describe("The extension that shows the notice."),
    audience: noticeAudience.describe(
      "Who sees the notice: everybody at a display, everybody at the bar, or one customer.",
    ),
    text: noticeText.describe("The text by language (BCP 47). English is always present, as the fallback."),
    icon: z.enum(noticeIcons).describe("The icon beside the text."),
    until: moment.describe("When the notice expires: screens remove it at this moment by themselves."),
    version: z
      .int()
      .positive()
      .describe("Grows with each change and never restarts. The notice with the higher version is current."),
    at: moment.describe("When the notice was published."),
    withdrawn: z.literal(true).optional().describe("Present if the notice was withdrawn."),
  })
  .describe("A notice that an extension shows on screens.");
export type Notice = z.infer<typeof notice>;
