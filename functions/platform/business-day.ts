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

const oneHour = 3_600_000;

/** The local time of day at a moment, in ms. It is what the clock shows, not the time that has passed since midnight. */
function sinceMidnight(moment: number, timeZone: string): number {
  const { hour, minute, second } = clockOf(moment, timeZone);
  return Number(hour) * oneHour + Number(minute) * 60_000 + Number(second) * 1000 + (moment % 1000);
}

/**
 * When the calendar day that a moment falls on in a time zone is over, in ms since the epoch: days in which the clocks change are not 24 hours. Asked for with
 * each command, so it looks at the clocks a few times and not at each hour.
 */
export function endOfDay(moment: number, timeZone: string): number {
  const day = businessDay(moment, timeZone);
  const isOver = (at: number) => businessDay(at, timeZone) !== day;
  // As if no clock changed until then; where one goes back before, it is still the same day, and where one does so at midnight, another hour of it.
  let end = moment;
  do end += 24 * oneHour - sinceMidnight(end, timeZone);
  while (!isOver(end));
  // Where one went forward the next day has begun already, unless it begins with the hour that is left out.
  const midnight = end - sinceMidnight(end, timeZone);
  return isOver(midnight) ? midnight : end;
}
