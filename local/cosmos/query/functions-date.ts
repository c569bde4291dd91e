import { type BuiltIn, define } from "./built-in.ts";
import { finite, type Value } from "./values.ts";

/** Ticks (100 ns) between the year 1 and 1970. */
const ticksAtEpoch = 621_355_968_000_000_000n;

/** As the service writes a time: seven decimals of a second. */
const write = (time: number): string => new Date(time).toISOString().replace("Z", "0000Z");

/** Milliseconds of an ISO 8601 text in UTC, or undefined. */
function read(value: Value): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,7})?Z?)?$/.test(value)) return undefined;
  const time = Date.parse(value.endsWith("Z") || !value.includes("T") ? value : `${value}Z`);
  return Number.isNaN(time) ? undefined : time;
}

const units: Record<string, string> = {
  yyyy: "year",
  yy: "year",
  year: "year",
  mm: "month",
  m: "month",
  month: "month",
  dd: "day",
  d: "day",
  day: "day",
  hh: "hour",
  hour: "hour",
  mi: "minute",
  n: "minute",
  minute: "minute",
  ss: "second",
  s: "second",
  second: "second",
  ms: "millisecond",
  millisecond: "millisecond",
};
const lengths: Record<string, number> = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const unitOf = (value: Value): string | undefined =>
  typeof value === "string" ? units[value.toLowerCase()] : undefined;

function part(unit: string, time: number): number {
  const date = new Date(time);
  if (unit === "year") return date.getUTCFullYear();
  if (unit === "month") return date.getUTCMonth() + 1;
  if (unit === "day") return date.getUTCDate();
  if (unit === "hour") return date.getUTCHours();
  if (unit === "minute") return date.getUTCMinutes();
  return unit === "second" ? date.getUTCSeconds() : date.getUTCMilliseconds();
}

function add(unit: string, count: number, time: number): number {
  const length = lengths[unit];
  if (length !== undefined) return time + count * length;
  const date = new Date(time);
  const months = unit === "year" ? count * 12 : count;
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}

/** Boundaries of the unit that are crossed between the two times. */
function difference(unit: string, from: number, to: number): number {
  const length = lengths[unit];
  if (length !== undefined) return Math.floor(to / length) - Math.floor(from / length);
  const years = part("year", to) - part("year", from);
  return unit === "year" ? years : years * 12 + part("month", to) - part("month", from);
}

/** Dates are ISO 8601 texts in UTC, as the service has them. */
export const dateFunctions: Record<string, BuiltIn> = {
  GETCURRENTDATETIME: define(0, 0, (_, now) => write(now)),
  GETCURRENTDATETIMESTATIC: define(0, 0, (_, now) => write(now)),
  GETCURRENTTIMESTAMP: define(0, 0, (_, now) => now),
  GETCURRENTTIMESTAMPSTATIC: define(0, 0, (_, now) => now),
  GETCURRENTTICKS: define(0, 0, (_, now) => Number(BigInt(now) * 10_000n + ticksAtEpoch)),
  GETCURRENTTICKSSTATIC: define(0, 0, (_, now) => Number(BigInt(now) * 10_000n + ticksAtEpoch)),
  DATETIMETOTIMESTAMP: define(1, 1, ([date]) => read(date)),
  TIMESTAMPTODATETIME: define(1, 1, ([time]) =>
    typeof time === "number" && Math.abs(time) <= 8.64e15 ? write(time) : undefined,
  ),
  DATETIMEADD: define(3, 3, ([unit, count, date]) => {
    const name = unitOf(unit);
    const time = read(date);
    if (name === undefined || time === undefined || typeof count !== "number") return undefined;
    const sum = finite(add(name, Math.trunc(count), time));
    return typeof sum === "number" && Math.abs(sum) <= 8.64e15 ? write(sum) : undefined;
  }),
  DATETIMEDIFF: define(3, 3, ([unit, from, to]) => {
    const name = unitOf(unit);
    const start = read(from);
    const end = read(to);
    return name === undefined || start === undefined || end === undefined ? undefined : difference(name, start, end);
  }),
  DATETIMEPART: define(2, 2, ([unit, date]) => {
    const name = unitOf(unit);
    const time = read(date);
    return name === undefined || time === undefined ? undefined : part(name, time);
  }),
};
