import type { InvocationContext } from "@azure/functions";
import { Refusal } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { codeWords, spoken } from "./reach-words.ts";
import { sendText } from "./send-text.ts";

/**
 * The text of the message. The last line is the form that phones understand (origin-bound one-time codes),
 * so that they offer the code for our site and no other; it names the host alone. @param language of the reader, as a tag; English where it is not ours
 */
export function messageText(code: string, siteOrigin: string, language = "en"): string {
  const words = codeWords[spoken(language)].replace("{code}", code);
  return `${words}\n\n@${new URL(siteOrigin).hostname} #${code}`;
}

/**
 * Sends a code by SMS; then neither number nor code is ever logged. With `SMS_CHANNEL` console it goes to the log, with a warning that says what
 * that means. @throws Refusal `sms-refused`, `try-again`
 */
export async function sendCode(
  { phone, language }: { phone: string; language?: string | undefined },
  code: string,
  resendAt: string,
  log: Pick<InvocationContext, "error" | "warn">,
): Promise<void> {
  const { sms: by, siteOrigin } = settings();
  if (by.channel === "console") {
    log.warn(
      `NOT FOR REAL USE: SMS_CHANNEL is console, so whoever reads this log can sign in as anyone. The code for ${phone} is ${code}.`,
    );
    return;
  }
  const sent = await sendText(by.from, phone, messageText(code, siteOrigin, language), log);
  if (sent === "failed") {
    throw new Refusal("try-again", "The message could not be sent just now. Please try again in a moment.", {
      retryAt: resendAt,
    });
  }
  if (sent === "refused") {
    throw new Refusal("sms-refused", "No message can be sent to this number. Please check it or use another.");
  }
}
