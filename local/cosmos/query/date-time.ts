import type { Value } from "./values.ts";

/** Times are counted in ticks of 100 ns since 1970, as in DateTimeToTicks. */
export const ticksPerMillisecond = 10_000n;

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?)?Z?$/;
const least = BigInt(Date.UTC(2000, 0, 1) - 1999 * 366 * 86_400_000) * ticksPerMillisecond;
const most = BigInt(Date.UTC(9999, 11, 31, 23, 59, 59, 999) + 1) * ticksPerMillisecond - 1n;

/** The ticks of an ISO 8601 text in UTC, or undefined. */
export function readTicks(value: Value): bigint | undefined {
  const parts = typeof value === "string" ? pattern.exec(value) : null;
  if (parts === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = ""] = parts;
  return ticksOf([year, month, day, hour, minute, second].map(Number), Number(fraction.padEnd(7, "0")));
}

/** The ticks of year, month (from 1), day, hour, minute, second and a fraction in ticks; undefined for an invalid time. */
export function ticksOf(parts: number[], fraction: number): bigint | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const same =
    year >= 1 &&
    year <= 9999 &&
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  if (!same || !Number.isInteger(fraction) || fraction < 0 || fraction > 9_999_999) return undefined;
  return BigInt(date.getTime()) * ticksPerMillisecond + BigInt(fraction);
}

/** A time in the service's format: seven decimals of a second. Undefined outside the years 1 to 9999. */
export function writeTicks(ticks: bigint): string | undefined {
  if (ticks < least || ticks > most) return undefined;
  const date = new Date(millisecondsOf(ticks));
  if (date.getUTCFullYear() < 1) return undefined;
  const fraction = ticks - BigInt(Math.floor(date.getTime() / 1000)) * 1000n * ticksPerMillisecond;
  return `${date.toISOString().slice(0, -5)}.${String(fraction).padStart(7, "0")}Z`;
}

/** Whole milliseconds, rounded down. */
export const millisecondsOf = (ticks: bigint): number => Number(floorDivide(ticks, ticksPerMillisecond));

/** The quotient rounded down. BigInt rounds towards zero, and times before 1970 are negative. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}
