const dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const monthNames = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"],
  "December",
];

/** The formats of one letter. */
const standard: Readonly<Record<string, string>> = {
  d: "MM/dd/yyyy",
  D: "dddd, dd MMMM yyyy",
  t: "HH:mm",
  T: "HH:mm:ss",
  f: "dddd, dd MMMM yyyy HH:mm",
  F: "dddd, dd MMMM yyyy HH:mm:ss",
  U: "dddd, dd MMMM yyyy HH:mm:ss",
  g: "MM/dd/yyyy HH:mm",
  G: "MM/dd/yyyy HH:mm:ss",
  m: "MMMM dd",
  M: "MMMM dd",
  y: "yyyy MMMM",
  Y: "yyyy MMMM",
  o: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  O: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  s: "yyyy-MM-ddTHH:mm:ss",
  u: "yyyy-MM-dd HH:mm:ssZ",
  r: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  R: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
};

const tokens = /'([^']*)'|"([^"]*)"|\\([\s\S])|%?(d+|f+|F+|g+|h+|H+|K|m+|M+|s+|t+|y+|z+)|([\s\S])/g;

/**
 * A time in UTC, formatted as by `DateTime.ToString` of .NET with the invariant culture: a format of one letter, or one of parts such as `yyyy-MM-dd`.
 * @throws Error if the format is unknown
 */
export function formatTime(time: number, format: string): string {
  const date = new Date(time);
  if (format.length === 1 && standard[format] === undefined)
    throw new Error(`.NET has no format "${format}" for a time.`);
  return (standard[format] ?? format).replace(tokens, (text, single, double, escaped, part, other) =>
    part === undefined ? (single ?? double ?? escaped ?? other ?? text) : partOf(date, String(part)),
  );
}

function partOf(date: Date, part: string): string {
  const padded = (value: number) => String(value).padStart(Math.min(part.length, 2), "0");
  const ticks = `${String(date.getUTCMilliseconds()).padStart(3, "0")}0000`.slice(0, part.length);
  switch (part[0]) {
    case "d": {
      const name = dayNames[date.getUTCDay()] ?? "";
      return part.length > 3 ? name : part.length === 3 ? name.slice(0, 3) : padded(date.getUTCDate());
    }
    case "M": {
      const name = monthNames[date.getUTCMonth()] ?? "";
      return part.length > 3 ? name : part.length === 3 ? name.slice(0, 3) : padded(date.getUTCMonth() + 1);
    }
    case "y":
      return part.length > 2
        ? String(date.getUTCFullYear()).padStart(part.length, "0")
        : padded(date.getUTCFullYear() % 100);
    case "H":
      return padded(date.getUTCHours());
    case "h":
      return padded(date.getUTCHours() % 12 || 12);
    case "m":
      return padded(date.getUTCMinutes());
    case "s":
      return padded(date.getUTCSeconds());
    case "f":
      return ticks;
    case "F":
      return ticks.replace(/0+$/, "");
    case "t":
      return (date.getUTCHours() < 12 ? "AM" : "PM").slice(0, part.length);
    case "K":
      return "Z";
    case "z":
      return part.length === 1 ? "+0" : part.length === 2 ? "+00" : "+00:00";
    default:
      return "A.D.";
  }
}

/**
 * A GUID, formatted as by `Guid.ToString` of .NET: `N` without hyphens, `B` in braces, `P` in parentheses, `D` as it is.
 * @throws Error if the format is unknown
 */
export function formatGuid(guid: string, format: string): string {
  switch (format.toUpperCase()) {
    case "N":
      return guid.replaceAll("-", "");
    case "B":
      return `{${guid}}`;
    case "P":
      return `(${guid})`;
    case "D":
      return guid;
    default:
      throw new Error(`.NET has no format "${format}" for a GUID; it has N, D, B and P.`);
  }
}
