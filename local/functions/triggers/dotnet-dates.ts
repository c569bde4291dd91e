const time = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d(?::?\d\d)?)?`;
const old = String.raw`\\?\/Date\((-?\d{1,15})([+-]\d{4})?\)\\?\/`;

/** A JSON value, not a property name, that may be a time: one in ISO 8601 with seconds, or one as old .NET serializers wrote it. */
const candidates = new RegExp(String.raw`(?<!\\)"(?:${time}|${old})"(?!\s*:)`, "g");
const whole = new RegExp(`^(?:${time}|${old})$`);

/**
 * Rewrites the times in a JSON text as the real host does before a function gets it. There, extensions in .NET read the text with Newtonsoft.Json, which
 * takes every string that looks like a time for one, and writes it again: without the zeros at the end of a fraction (`20:45:00.000Z` becomes
 * `20:45:00Z`), and with another offset converted to the machine's, which is UTC on Azure. Strings that are times only in part, days without a time, and
 * property names stay.
 *
 * Source: recorded from the real host 4.1037 with the extensions for Cosmos DB, Event Grid and Storage.
 */
export function withDotnetDates(json: string): string {
  return json.replace(candidates, (text, ...parts) => {
    const date = written(parts);
    return date === undefined ? text : `"${date}"`;
  });
}

/** A time as .NET writes it into plain text, `11/30/2026 20:45:00`; `undefined` for any other text. */
export function dotnetDateText(text: string): string | undefined {
  const match = whole.exec(text);
  const date = match === null ? undefined : written(match.slice(1));
  if (date === undefined) return undefined;
  const [year, month, day] = date.slice(0, 10).split("-");
  return `${month}/${day}/${year} ${date.slice(11, 19)}`;
}

/** @param parts the groups of a match */
function written([iso, fraction, zone, milliseconds, offset]: readonly unknown[]): string | undefined {
  return iso === undefined
    ? ofMilliseconds(Number(milliseconds), offset !== undefined)
    : ofIso(String(iso), String(fraction ?? ""), zone as string | undefined);
}

function ofMilliseconds(milliseconds: number, hasOffset: boolean): string | undefined {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) return undefined;
  const [seconds = "", fraction = ""] = date.toISOString().slice(0, -1).split(".");
  return `${seconds}${fractionOf(fraction)}${hasOffset ? "+00:00" : "Z"}`;
}

function ofIso(iso: string, fraction: string, zone: string | undefined): string | undefined {
  const midnight = iso.endsWith("T24:00:00") && !/[1-9]/.test(fraction);
  const read = Date.parse(`${midnight ? iso.replace("T24", "T00") : iso}Z`);
  // `Date.parse` accepts 31 February.
  if (Number.isNaN(read) || iso.startsWith("0000") || (iso.slice(11, 13) === "24" && !midnight)) return undefined;
  if (!midnight && !new Date(read).toISOString().startsWith(iso)) return undefined;
  const at = read + (midnight ? 86_400_000 : 0) - minutesOf(zone) * 60_000;
  const date = new Date(at);
  if (date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) return undefined;
  const end = zone === undefined || zone === "Z" ? (zone ?? "") : "+00:00";
  return `${date.toISOString().slice(0, 19)}${fractionOf(fraction)}${end}`;
}

/** An offset in minutes. */
function minutesOf(zone = "Z"): number {
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", ""));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** The digits of a fraction as .NET ends a time with them: without zeros at the end, and nothing for zeros alone. */
export function fractionOf(digits: string): string {
  const some = digits.replace(/0+$/, "");
  return some === "" ? "" : `.${some}`;
}
