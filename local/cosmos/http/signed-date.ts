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
 * Whether a text is a date that a request can be signed with. The service asks for RFC 1123, and reads what comes with `DateTime.TryParse` (`ValidateInputRequestTime` of
 * `AuthorizationHelper` of the .NET client, a class that is the service's as well): a day of one digit, offsets and ISO 8601 are such dates, `UTC` and a weekday that is
 * another are not. Of what that parser takes besides nothing is known here.
 */
export function isSignedDate(text: string): boolean {
  if (text === lately) return true;
  const is = isDate(text);
  if (is) lately = text;
  return is;
}

/** The last one that was a date: what comes within a second is signed with the same. */
let lately: string | undefined;

function isDate(text: string): boolean {
  const of = forms.map((form) => form.exec(text.trim().toLowerCase())).find((match) => match !== null)?.groups;
  if (of === undefined) return false;
  const { weekday, year = "", month = "", day = "", clock = "" } = of;
  const number = months.includes(month) ? String(months.indexOf(month) + 1).padStart(2, "0") : month;
  const date = `${year}-${number}-${day.padStart(2, "0")}T${clock}`;
  const time = new Date(`${date}Z`);
  // 31 February is read as one of March.
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(date)) return false;
  return weekday === undefined || time.toUTCString().toLowerCase().startsWith(weekday);
}
