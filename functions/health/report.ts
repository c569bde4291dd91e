import { SettingsError, settings } from "../platform/settings.ts";

/** Logs at the start which settings are invalid or unsuitable for production. The health check reports them too. */
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
