const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a time zone (IANA name) show at a moment (ms since the epoch), as two-digit texts. */
function clockOf(moment: number, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
}

/** The calendar day, such as 2026-06-15, that a moment (ms since the epoch) falls on in a time zone (IANA name). */
export function businessDay(moment: number, timeZone: string): string {
  const { year, month, day } = clockOf(moment, timeZone);
  return `${year}-${month}-${day}`;
}

/** The hour of the day, 0 to 23, that a moment falls into in a time zone. In the night in which summer time ends, two hours have the same. */
export function hourOfDay(moment: number, timeZone: string): number {
  return Number(clockOf(moment, timeZone).hour);
}

/** When the hour of a time zone that a moment falls into begins, in ms since the epoch: not all zones are whole hours off. */
export function startOfHour(moment: number, timeZone: string): number {
  const { minute, second } = clockOf(moment, timeZone);
  const whole = Math.floor(moment / 1000) * 1000;
  return whole - (Number(minute) * 60 + Number(second)) * 1000;
}

/** What clock and calendar of a time zone show at a moment (ms since the epoch), such as `2026-06-15 10:16:30`. */
export function localTime(moment: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = clockOf(moment, timeZone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** When the calendar day that a moment falls on in a time zone is over, in ms since the epoch: days in which the clocks change are not 24 hours. */
export function endOfDay(moment: number, timeZone: string): number {
  const day = businessDay(moment, timeZone);
  let end = startOfHour(moment, timeZone);
  do end = startOfHour(end + 90 * 60_000, timeZone);
  while (businessDay(end, timeZone) === day);
  return end;
}
