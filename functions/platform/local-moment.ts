import { localTime } from "./business-day.ts";

const dayLong = 24 * 60 * 60_000;

/** The offset of a time zone from UTC at a moment, in ms. */
function offsetAt(moment: number, timeZone: string): number {
  const whole = Math.floor(moment / 1000) * 1000;
  return Date.parse(`${localTime(whole, timeZone).replace(" ", "T")}Z`) - whole;
}

/**
 * The first moment (ms since the epoch) at which the local clock shows this time of this day, or a later one. For a time in a skipped hour, this is the
 * moment of the clock change; for a time that occurs twice, the first one. So a later local time never gives an earlier moment.
 * @param day such as 2026-06-15 @param time such as 08:30 @param timeZone IANA name
 */
export function localMoment(day: string, time: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  // The offset changes at most once in the two days around it.
  const [before, after] = [offsetAt(wanted - dayLong, timeZone), offsetAt(wanted + dayLong, timeZone)];
  const shows = [wanted - before, wanted - after].filter((moment) => offsetAt(moment, timeZone) === wanted - moment);
  if (shows.length > 0) return Math.min(...shows);
  let [early, late] = [wanted - dayLong, wanted + dayLong];
  while (late - early > 1000) {
    const middle = Math.floor((early + late) / 2000) * 1000;
    if (offsetAt(middle, timeZone) === before) early = middle;
    else late = middle;
  }
  return late;
}
