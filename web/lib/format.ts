import { moment as format, number } from "./intl.ts";

/** Numbers and times in the reader's format. If `locale` is undefined, that of the reader's language. */

/** Remaining time as `3:54`, never below `0:00`. It is rounded up to whole seconds, so that it reaches zero at the deadline. */
export function formatRemaining(milliseconds: number, locale?: string): string {
  return clockFace(Math.max(0, Math.ceil(milliseconds / 1000)), locale);
}

/** Elapsed time as `5:12`, or `1:05:12` from an hour on. */
export function formatAge(milliseconds: number, locale?: string): string {
  return clockFace(Math.max(0, Math.floor(milliseconds / 1000)), locale);
}

function clockFace(seconds: number, locale?: string): string {
  const whole = (value: number): string => number(value, { locale });
  const two = (value: number): string => number(value, { locale, digits: 2 });
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${whole(hours)}:${two(minutes)}:${two(seconds % 60)}` : `${whole(minutes)}:${two(seconds % 60)}`;
}

/** Whole elapsed minutes, at least 0. */
export function minutesSince(moment: string | number, now: number): number {
  return Math.max(0, Math.floor((now - millis(moment)) / 60_000));
}

/** `10:46` or `10:46 AM`, in the store's time zone. */
export function formatTime(moment: string | number, locale?: string): string {
  return format(millis(moment), { timeStyle: "short" }, locale);
}

/** `Mar 4 · 10:46`, or only the time if it is the same day as `now`. */
export function formatMoment(moment: string | number, now: number, locale?: string): string {
  const at = millis(moment);
  const time = formatTime(at, locale);
  const day = (of: number): string => format(of, { dateStyle: "short" }, "en");
  if (day(at) === day(now)) return time;
  return `${format(at, { month: "short", day: "numeric" }, locale)} · ${time}`;
}

/** A whole number in the reader's digits. */
export function formatNumber(value: number): string {
  return number(value);
}

/** Converts digits of any script, as keyboards of other languages enter them, to 0 to 9. */
export function plainDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = zeros.find((first) => code >= first && code <= first + 9);
    return zero === undefined ? digit : String(code - zero);
  });
}
/** Arabic, Persian, Devanagari, Bengali, Tamil, Thai and full-width. */
const zeros = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0be6, 0x0e50, 0xff10];

/** Milliseconds since 1970 of a moment. */
export function millis(moment: string | number): number {
  return typeof moment === "number" ? moment : Date.parse(moment);
}
