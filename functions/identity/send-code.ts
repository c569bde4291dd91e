import type { InvocationContext } from "@azure/functions";
import { settings } from "../platform/settings.ts";
import { codeWords, spoken } from "./reach-words.ts";
import { type Sent, sendText } from "./send-text.ts";

/**
 * The text of the message. The last line has the format of origin-bound one-time codes, with the host only. So phones offer the code for our site and
 * no other. @param language the reader's language tag; English if it is not supported
 */
export function messageText(code: string, siteOrigin: string, language = "en"): string {
  const words = codeWords[spoken(language)].replace("{code}", code);
  return `${words}\n\n@${new URL(siteOrigin).hostname} #${code}`;
}

/** Sends a code by SMS, without logging the number or the code. If `SMS_CHANNEL` is `console`, it logs both instead, with a warning. */
export async function sendCode(
  { phone, language }: { phone: string; language?: string | undefined },
  code: string,
  log: Pick<InvocationContext, "error" | "warn">,
): Promise<Sent> {
  const { sms: by, siteOrigin } = settings();
  if (by.channel !== "console") return sendText(by.from, phone, messageText(code, siteOrigin, language), log);
  log.warn(
    `NOT FOR REAL USE: SMS_CHANNEL is console, so whoever reads this log can sign in as anyone. The code for ${phone} is ${code}.`,
  );
  return "sent";
}
