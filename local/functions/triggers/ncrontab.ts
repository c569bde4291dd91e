const monthNames = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];
const dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

interface FieldKind {
  name: string;
  least: number;
  most: number;
  names?: string[];
}

const fields: FieldKind[] = [
  { name: "second", least: 0, most: 59 },
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, names: monthNames },
  { name: "day of week", least: 0, most: 6, names: dayNames },
];

/** The longest wait of any valid schedule: 29 February on a given day of the week, across a century without a leap day. */
const horizonYears = 41;

/** A schedule in UTC, as a timer trigger has without the setting WEBSITE_TIME_ZONE. */
export interface Schedule {
  /** The first occurrence after `time`, both in ms since the epoch. */
  next(time: number): number;
}

/**
 * Parses an NCRONTAB expression: second, minute, hour, day, month and day of week (the second may be left out). A day must match both day fields.
 * @throws Error that says what is wrong, including a schedule that never occurs.
 */
export function parseSchedule(expression: string): Schedule {
  if (/^-?(\d+\.)?\d+:\d+(:\d+)?$/.test(expression.trim())) {
    throw new Error(
      `the schedule "${expression}" is a time span; Azure runs those on an App Service plan only. Write an NCRONTAB expression, such as "0 */5 * * * *".`,
    );
  }
  const texts = expression.trim().split(/\s+/);
  if (texts.length === 5) texts.unshift("0");
  if (texts.length !== 6) {
    throw new Error(
      `the schedule "${expression}" is not an NCRONTAB expression: it has ${texts.length} fields, not second, minute, hour, day, month and day of week.`,
    );
  }
  const sets = fields.map((kind, index) => parseField(texts[index] ?? "", kind, expression));
  const schedule = { next: (time: number) => nextOccurrence(sets, time, expression) };
  schedule.next(Date.UTC(2000, 0, 1));
  return schedule;
}

function parseField(text: string, kind: FieldKind, expression: string): number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from = "", to, ...more] = range.split("-");
    const first = range === "*" ? kind.least : fieldValue(from, kind);
    const single = step === undefined ? first : kind.most;
    const last = range === "*" ? kind.most : to === undefined ? single : fieldValue(to, kind);
    const stride = step === undefined ? 1 : Number(step);
    const has = `the schedule "${expression}" has "${part}" as ${kind.name}`;
    if (first === undefined || last === undefined || more.length > 0) {
      const takes = `numbers from ${kind.least} to ${kind.most}${kind.names ? ` or ${kind.names[0]}…${kind.names.at(-1)}` : ""}`;
      throw new Error(`${has}; that field takes *, ${takes}, a-b, lists with commas, and /steps.`);
    }
    if (first > last) throw new Error(`${has}. ${backwards(from, to ?? "", first, last, kind)}`);
    if (stride === 0) throw new Error(`${has}. Azure treats a step of 0 as 1: write 1, or the step you mean.`);
    for (let value = first; value <= last; value += stride) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** The error for a range whose end is before its start, with the two things that it can mean. */
function backwards(from: string, to: string, first: number, last: number, { least, most }: FieldKind): string {
  const upper = first === most ? `${most}` : `${first}-${most}`;
  const lower = last === least ? `${least}` : `${least}-${last}`;
  return `Azure reverses such a range without a message and runs at ${to}-${from}: write that if you mean it, or "${upper},${lower}" for a range across the end.`;
}

/**
 * Parses a number or a name. A name may be abbreviated and in any case: `Thurs`, `sep`. If several names match, the first counts.
 *
 * Source: `ParseValue` of NCrontab's `CrontabFieldImpl`.
 */
function fieldValue(text: string, { least, most, names = [] }: FieldKind): number | undefined {
  const isNumber = /^\d+$/.test(text);
  const named = text === "" ? -1 : names.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  const value = isNumber ? Number(text) : named === -1 ? undefined : named + least;
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

function nextOccurrence(sets: number[][], time: number, expression: string): number {
  const [seconds = [], minutes = [], hours = [], days = [], months = [], weekdays = []] = sets;
  const start = new Date(Math.floor(time / 1000) * 1000 + 1000);
  let [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  let from: [number, number, number] = [start.getUTCHours(), start.getUTCMinutes(), start.getUTCSeconds()];
  for (const last = year + horizonYears; year <= last; ) {
    const date = new Date(Date.UTC(year, month, day));
    if (months.includes(month + 1) && days.includes(day) && weekdays.includes(date.getUTCDay())) {
      const found = timeOfDay([hours, minutes, seconds], from);
      if (found !== undefined) return date.getTime() + found * 1000;
    }
    const following = new Date(
      Date.UTC(year, months.includes(month + 1) ? month : month + 1, months.includes(month + 1) ? day + 1 : 1),
    );
    [year, month, day] = [following.getUTCFullYear(), following.getUTCMonth(), following.getUTCDate()];
    from = [0, 0, 0];
  }
  throw new Error(`the schedule "${expression}" never occurs: no date matches its day, month and day of week.`);
}

/** The first time of the day at or after `from`, in seconds since midnight; `undefined` if no time is left on that day. */
function timeOfDay(
  [hours = [], minutes = [], seconds = []]: number[][],
  [h, m, s]: [number, number, number],
): number | undefined {
  for (const hour of hours) {
    if (hour < h) continue;
    for (const minute of minutes) {
      if (hour === h && minute < m) continue;
      const second = seconds.find((candidate) => hour > h || minute > m || candidate >= s);
      if (second !== undefined) return (hour * 60 + minute) * 60 + second;
    }
  }
  return undefined;
}
