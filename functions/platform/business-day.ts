const formats = new Map<string, Intl.DateTimeFormat>();

/** The parts of the local time in a time zone (IANA name) at a moment (ms since the epoch), as two-digit texts. */
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

/** The hour of the day, 0 to 23, at a moment in a time zone. In the night in which summer time ends, two hours have the same number. */
export function hourOfDay(moment: number, timeZone: string): number {
  return Number(clockOf(moment, timeZone).hour);
}

/** The start of the local hour that contains a moment, in ms since the epoch. Not all time zones differ from UTC by whole hours. */
export function startOfHour(moment: number, timeZone: string): number {
  const { minute, second } = clockOf(moment, timeZone);
  const whole = Math.floor(moment / 1000) * 1000;
  return whole - (Number(minute) * 60 + Number(second)) * 1000;
}

/** The local date and time at a moment (ms since the epoch), such as `2026-06-15 10:16:30`. */
export function localTime(moment: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = clockOf(moment, timeZone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

const oneHour = 3_600_000;

/** The local time of day at a moment, in ms. It is what the clock shows, not the time that has passed since midnight. */
function sinceMidnight(moment: number, timeZone: string): number {
  const { hour, minute, second } = clockOf(moment, timeZone);
  return Number(hour) * oneHour + Number(minute) * 60_000 + Number(second) * 1000 + (moment % 1000);
}

/**
 * The end of the calendar day that contains a moment in a time zone, in ms since the epoch. A day with a clock change does not have 24 hours. This is called
 * for each command, so it computes the local time only a few times instead of for each hour.
 */
export function endOfDay(moment: number, timeZone: string): number {
  const day = businessDay(moment, timeZone);
  const isOver = (at: number) => businessDay(at, timeZone) !== day;
  // Assume that no clock changes until midnight. If a clock goes back before that, the result is still on the same day, so repeat; a change at midnight
  // itself takes another round.
  let end = moment;
  do end += 24 * oneHour - sinceMidnight(end, timeZone);
  while (!isOver(end));
  // If a clock went forward, the result is after midnight, so go back to it, unless midnight itself is in the skipped hour.
  const midnight = end - sinceMidnight(end, timeZone);
  return isOver(midnight) ? midnight : end;
}
