const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const clock = String.raw`(?<clock>\d\d:\d\d:\d\d)`;
const zone = String.raw`(?:[+-](?:0\d|1[0-4]):?[0-5]\d)`;
const forms = [
  new RegExp(
    String.raw`^(?:(?<weekday>[a-z]{3}), )?(?<day>\d\d?) (?<month>[a-z]{3}) (?<year>\d{4}) ${clock}(?: (?:gmt|z|${zone}))?$`,
  ),
  new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[t ]${clock}(?:\.\d{1,7})?(?:z|${zone})?$`),
];

/**
 * Whether a text is a valid date for signing a request. The service documents RFC 1123, but parses with `DateTime.TryParse`
 * (`ValidateInputRequestTime` of
 * `AuthorizationHelper` of the .NET client, a class that the service also uses): a one-digit day, offsets and ISO 8601 are valid; `UTC` and a wrong
 * weekday
 * are not. What else that parser accepts is not known here.
 */
export function isSignedDate(text: string): boolean {
  if (text === lately) return true;
  const is = isDate(text);
  if (is) lately = text;
  return is;
}

/** The last valid date: requests within a second carry the same one. */
let lately: string | undefined;

function isDate(text: string): boolean {
  const of = forms.map((form) => form.exec(text.trim().toLowerCase())).find((match) => match !== null)?.groups;
  if (of === undefined) return false;
  const { weekday, year = "", month = "", day = "", clock = "" } = of;
  const number = months.includes(month) ? String(months.indexOf(month) + 1).padStart(2, "0") : month;
  const date = `${year}-${number}-${day.padStart(2, "0")}T${clock}`;
  const time = new Date(`${date}Z`);
  // 31 February is parsed as a day of March.
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(date)) return false;
  return weekday === undefined || time.toUTCString().toLowerCase().startsWith(weekday);
}
