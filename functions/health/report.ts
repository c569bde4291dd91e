import { SettingsError, settings } from "../platform/settings.ts";

/** Says at the start, loudly, what is wrong with the settings or should not be so in real use. The health page says it too. */
export function reportSettings(log: Pick<Console, "error" | "warn">): void {
  try {
    if (settings().sms.channel === "console")
      log.warn(
        "NOT FOR REAL USE: SMS_CHANNEL is console. One-time codes go to this log, and who reads it can sign in as anyone.",
      );
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    log.error(error.message);
  }
}
