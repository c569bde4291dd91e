import { type BuiltIn, define } from "./built-in.ts";
import { floorDivide, millisecondsOf, readTicks, ticksOf, ticksPerMillisecond, writeTicks } from "./date-time.ts";
import type { Value } from "./values.ts";

type Unit = "year" | "month" | "day" | "hour" | "minute" | "second" | "millisecond" | "microsecond" | "nanosecond";

const units: Record<string, Unit> = {
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
  mcs: "microsecond",
  microsecond: "microsecond",
  ns: "nanosecond",
  nanosecond: "nanosecond",
};
const second = 1000n * ticksPerMillisecond;
/** In ticks; a nanosecond is less than one tick. */
const lengths: Partial<Record<Unit, bigint>> = {
  day: 86_400n * second,
  hour: 3600n * second,
  minute: 60n * second,
  second,
  millisecond: ticksPerMillisecond,
  microsecond: 10n,
};
const nanosecondsPerTick = 100n;

const unitOf = (value: Value): Unit | undefined =>
  typeof value === "string" && Object.hasOwn(units, value.toLowerCase()) ? units[value.toLowerCase()] : undefined;

function part(unit: Unit, ticks: bigint): number {
  const date = new Date(millisecondsOf(ticks));
  const fraction = Number(ticks - floorDivide(ticks, second) * second);
  switch (unit) {
    case "year":
      return date.getUTCFullYear();
    case "month":
      return date.getUTCMonth() + 1;
    case "day":
      return date.getUTCDate();
    case "hour":
      return date.getUTCHours();
    case "minute":
      return date.getUTCMinutes();
    case "second":
      return date.getUTCSeconds();
    case "millisecond":
      return Math.floor(fraction / 10_000);
    case "microsecond":
      return Math.floor(fraction / 10);
    case "nanosecond":
      return fraction * 100;
  }
}

function add(unit: Unit, count: number, ticks: bigint): bigint | undefined {
  if (!Number.isSafeInteger(count)) return undefined;
  if (unit === "nanosecond") return ticks + BigInt(count) / nanosecondsPerTick;
  const length = lengths[unit];
  if (length !== undefined) return ticks + BigInt(count) * length;
  const date = new Date(millisecondsOf(ticks));
  const months = unit === "year" ? count * 12 : count;
  if (Math.abs(months) > 12 * 10_000) return undefined;
  const day = date.getUTCDate();
  const before = date.getTime();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(date.getTime());
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, last.getUTCDate()));
  return ticks + BigInt(date.getTime() - before) * ticksPerMillisecond;
}

/** The number of unit boundaries between the two times. */
function difference(unit: Unit, from: bigint, to: bigint): number {
  if (unit === "nanosecond") return Number((to - from) * nanosecondsPerTick);
  const length = lengths[unit];
  if (length !== undefined) return Number(floorDivide(to, length) - floorDivide(from, length));
  const years = part("year", to) - part("year", from);
  return unit === "year" ? years : years * 12 + part("month", to) - part("month", from);
}

/** The start of the bin that contains a time; bins have `size` units and are counted from `origin`. */
function bin(unit: Unit, size: number, ticks: bigint, origin: bigint): bigint | undefined {
  const length = unit === "nanosecond" ? 1n : lengths[unit];
  if (length === undefined || !Number.isSafeInteger(size) || size <= 0) return undefined;
  const width = unit === "nanosecond" ? BigInt(size) / nanosecondsPerTick : BigInt(size) * length;
  return width <= 0n ? ticks : origin + floorDivide(ticks - origin, width) * width;
}

const written = (ticks: bigint | undefined): Value => (ticks === undefined ? undefined : writeTicks(ticks));
const nowTicks = (now: number): bigint => BigInt(Math.floor(now)) * ticksPerMillisecond;
const partOf = (unit: Unit): BuiltIn =>
  define(1, 1, ([date]) => {
    const ticks = readTicks(date);
    return ticks === undefined ? undefined : part(unit, ticks);
  });
const currentDateTime = define(0, 0, (_, { now }) => written(nowTicks(now)));
const currentTimestamp = define(0, 0, (_, { now }) => now);
const currentTicks = define(0, 0, (_, { now }) => Number(nowTicks(now)));
const windowsEpoch = readTicks("1601-01-01") ?? 0n;

/** Dates are ISO 8601 texts in UTC, as in the service. */
export const dateFunctions: Record<string, BuiltIn> = {
  AGO: define(2, 2, ([unit, count], { now }) => {
    const name = unitOf(unit);
    if (name === undefined || typeof count !== "number") return undefined;
    return written(add(name, -count, nowTicks(now)));
  }),
  DATETIMEADD: define(3, 3, ([unit, count, date]) => {
    const name = unitOf(unit);
    const ticks = readTicks(date);
    if (name === undefined || ticks === undefined || typeof count !== "number") return undefined;
    return written(add(name, Math.trunc(count), ticks));
  }),
  DATETIMEBIN: define(2, 4, (args) => {
    const [date, unit, size = 1, start = "1970-01-01"] = args;
    if (args.slice(2).includes(undefined)) return undefined;
    const name = unitOf(unit);
    const ticks = readTicks(date);
    const origin = readTicks(start);
    if (name === undefined || ticks === undefined || origin === undefined || typeof size !== "number") return undefined;
    return origin < windowsEpoch ? undefined : written(bin(name, size, ticks, origin));
  }),
  DATETIMEDIFF: define(3, 3, ([unit, from, to]) => {
    const name = unitOf(unit);
    const start = readTicks(from);
    const end = readTicks(to);
    return name === undefined || start === undefined || end === undefined ? undefined : difference(name, start, end);
  }),
  DATETIMEFROMPARTS: define(3, 7, (args) => {
    const numbers = args.filter((argument) => typeof argument === "number");
    if (numbers.length < args.length || !numbers.every(Number.isInteger)) return undefined;
    return written(ticksOf(numbers.slice(0, 6), numbers[6] ?? 0));
  }),
  DATETIMEPART: define(2, 2, ([unit, date]) => {
    const name = unitOf(unit);
    const ticks = readTicks(date);
    return name === undefined || ticks === undefined ? undefined : part(name, ticks);
  }),
  DATETIMETOTICKS: define(1, 1, ([date]) => {
    const ticks = readTicks(date);
    return ticks === undefined ? undefined : Number(ticks);
  }),
  DATETIMETOTIMESTAMP: define(1, 1, ([date]) => {
    const ticks = readTicks(date);
    return ticks === undefined ? undefined : millisecondsOf(ticks);
  }),
  DAY: partOf("day"),
  GETCURRENTDATETIME: currentDateTime,
  GETCURRENTDATETIMESTATIC: currentDateTime,
  GETCURRENTTICKS: currentTicks,
  GETCURRENTTICKSSTATIC: currentTicks,
  GETCURRENTTIMESTAMP: currentTimestamp,
  GETCURRENTTIMESTAMPSTATIC: currentTimestamp,
  MONTH: partOf("month"),
  NOW: currentDateTime,
  TICKSTODATETIME: define(1, 1, ([ticks]) =>
    typeof ticks === "number" && Number.isInteger(ticks) ? written(BigInt(ticks)) : undefined,
  ),
  TIMESTAMPTODATETIME: define(1, 1, ([time]) =>
    typeof time === "number" && Number.isInteger(time) ? written(BigInt(time) * ticksPerMillisecond) : undefined,
  ),
  YEAR: partOf("year"),
};
