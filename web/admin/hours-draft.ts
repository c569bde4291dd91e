import type { Weekday } from "../../contracts/hours.ts";
import { fields, type Loose, list, text, whole } from "./loose.ts";

/** The days in the order of the form. A copy from contracts/hours.ts, which is not loaded here since it needs a library. */
export const days = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const satisfies Weekday[];

export interface SpanDraft {
  opens: string;
  closes: string;
}
interface ExceptionDraft {
  /** Remains the same when lines above are removed. */
  key: string;
  date: string;
  spans: SpanDraft[];
  note: string;
}

/** The hours while they are edited. */
export interface HoursDraft {
  /** Whether the store opens and closes by itself. */
  scheduled: boolean;
  week: Record<Weekday, SpanDraft[]>;
  exceptions: ExceptionDraft[];
  lastOrdersMinutes: string;
}

const spansOf = (value: unknown): SpanDraft[] =>
  list(value).map(({ opens, closes }) => ({ opens: text(opens), closes: text(closes) }));

/** Typical hours, for a day that has none yet. */
const usual = (day: Weekday): SpanDraft[] =>
  day === "saturday" || day === "sunday" ? [] : [{ opens: "08:00", closes: "18:00" }];

/** The hours of a store's document; if it has none, typical ones that apply only once they are switched on. */
export function hoursDraft(document: Loose): HoursDraft {
  const scheduled = document.hours !== undefined;
  const hours = fields(document.hours);
  const week = fields(hours.week);
  return {
    scheduled,
    week: Object.fromEntries(
      days.map((day) => [day, scheduled ? spansOf(week[day]) : usual(day)]),
    ) as HoursDraft["week"],
    exceptions: list(hours.exceptions).map(({ date, spans, note }, index) => ({
      key: `exception-${index}`,
      date: text(date),
      spans: spansOf(spans),
      note: text(note),
    })),
    lastOrdersMinutes: text(hours.lastOrdersMinutes) || "0",
  };
}

/** The saved part: `hours`, or nothing if the store has none. An invalid number stays as typed, for the server to reject. */
export function hoursDocument({ scheduled, week, exceptions, lastOrdersMinutes }: HoursDraft): Loose {
  if (!scheduled) return {};
  return {
    hours: {
      week,
      exceptions: exceptions.map(({ date, spans, note }) => ({ date, spans, ...(note.trim() !== "" && { note }) })),
      lastOrdersMinutes: lastOrdersMinutes.trim() === "" ? 0 : whole(lastOrdersMinutes),
    },
  };
}

/** The form field for a path within the hours: a day, an exception by its key, or last orders. */
export function hoursField(draft: HoursDraft, [part, which]: (string | number | undefined)[]): string {
  if (part === "week" && typeof which === "string") return which;
  if (part === "exceptions" && typeof which === "number") return draft.exceptions[which]?.key ?? "hours";
  return part === "lastOrdersMinutes" ? part : "hours";
}
