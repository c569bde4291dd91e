/** Numbers and times in the reader's own way. `locale` undefined = the browser's. */

/** Time left as `3:54`, never below `0:00`; a begun second counts whole, so that it ends with the deadline. */
export function formatRemaining(milliseconds: number, locale?: string): string {
  return clockFace(Math.max(0, Math.ceil(milliseconds / 1000)), locale);
}

/** Time passed as `5:12`, or `1:05:12` from an hour on. */
export function formatAge(milliseconds: number, locale?: string): string {
  return clockFace(Math.max(0, Math.floor(milliseconds / 1000)), locale);
}

function clockFace(seconds: number, locale?: string): string {
  const whole = new Intl.NumberFormat(locale, { useGrouping: false });
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0
    ? `${whole.format(hours)}:${two.format(minutes)}:${two.format(seconds % 60)}`
    : `${whole.format(minutes)}:${two.format(seconds % 60)}`;
}

/** Whole minutes passed, at least 0. */
export function minutesSince(moment: string | number, now: number): number {
  return Math.max(0, Math.floor((now - millis(moment)) / 60_000));
}

/** `10:46` or `10:46 AM`. */
export function formatTime(moment: string | number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(millis(moment));
}

/** `Mar 4 · 10:46`, or only the time when it is the same day as `now`. */
export function formatMoment(moment: string | number, now: number, locale?: string): string {
  const at = millis(moment);
  const time = formatTime(at, locale);
  if (new Date(at).toDateString() === new Date(now).toDateString()) return time;
  return `${new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" }).format(at)} · ${time}`;
}

export function formatNumber(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { useGrouping: false }).format(value);
}

/** Milliseconds since 1970 of a moment. */
export function millis(moment: string | number): number {
  return typeof moment === "number" ? moment : Date.parse(moment);
}
