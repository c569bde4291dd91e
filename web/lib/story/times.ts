import { millis } from "../format.ts";
import { moment as format } from "../intl.ts";
import { story as words } from "../strings/story.ts";
import { t } from "../text.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration (ms) as people say it: the two largest units that matter. */
export function formatDuration(milliseconds: number): string {
  const n = (unit: number, of = Number.POSITIVE_INFINITY): number => Math.floor((milliseconds % of) / unit);
  if (milliseconds < second) return words.moment;
  if (milliseconds < minute) return t(words.seconds, { n: n(second) });
  if (milliseconds < hour) return joined(t(words.minutes, { n: n(minute) }), words.seconds, n(second, minute));
  if (milliseconds < day) return joined(t(words.hours, { n: n(hour) }), words.minutes, n(minute, hour));
  return joined(t(words.days, { n: n(day) }), words.hours, n(hour, day));
}

function joined(large: string, unit: typeof words.seconds, n: number): string {
  return n === 0 ? large : t(words.two, { large, small: t(unit, { n }) });
}

/** `10:46:05` or `10:46:05 AM`. */
export function formatSecond(moment: string | number, locale?: string): string {
  return format(millis(moment), { timeStyle: "medium" }, locale);
}

/** `4 March 2026`. */
export function formatDay(moment: string | number, locale?: string): string {
  return format(millis(moment), { dateStyle: "long" }, locale);
}
