/**
 * A time span in ms as .NET reads it, `[days.]hours:minutes:seconds[.fraction]`; NaN for any other text, and for hours, minutes or seconds out of
 * range: with those a host on Azure does not start, or reads 24 hours as 24 days.
 */
export function timeSpan(text: string): number {
  const [, days = "0", hours, minutes, seconds] = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (!(Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60)) return Number.NaN;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
