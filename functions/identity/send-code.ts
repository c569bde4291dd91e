import type { InvocationContext } from "@azure/functions";
import { settings } from "../platform/settings.ts";
import { codeWords, spoken } from "./reach-words.ts";
import { type Sent, sendText } from "./send-text.ts";

/**
 * The text of the message. The last line is the form that phones understand (origin-bound one-time codes),
 * so that they offer the code for our site and no other; it names the host alone. @param language of the reader, as a tag; English where it is not ours
 */
export function messageText(code: string, siteOrigin: string, language = "en"): string {
  const words = codeWords[spoken(language)].replace("{code}", code);
  return `${words}\n\n@${new URL(siteOrigin).hostname} #${code}`;
}

/** Sends a code by SMS; then neither number nor code is ever logged. With `SMS_CHANNEL` console it goes to the log, with a warning that says what that means. */
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
