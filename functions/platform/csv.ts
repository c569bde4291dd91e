import type { HttpResponseInit } from "@azure/functions";

/**
 * Formats a table as CSV (RFC 4180). Names and notes are user input, so a text that a spreadsheet would take for a formula gets an apostrophe in front
 * (OWASP: CSV injection). This also applies after a semicolon or tab in a text, since spreadsheets in many countries use these as separators.
 */
export function csv(table: readonly (readonly (string | number | undefined)[])[]): string {
  return table.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | undefined): string {
  if (typeof value !== "string") return value === undefined ? "" : String(value);
  const safe = value.replace(/([;\t])(?=[\s"]*[=+\-@＝＋－＠])/g, "$1'");
  const text = /^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) ? `'${safe}` : safe;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether a client that sends this `Accept` prefers CSV to JSON (RFC 9110: weights from 0 to 1, the more exact range counts). */
export function prefersCsv(accept: string | null): boolean {
  const weights = (accept ?? "").split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
  });
  const weightOf = (ranges: string[]) =>
    ranges.map((one) => weights.find(({ type }) => type === one)?.weight).find((weight) => weight !== undefined) ?? 0;
  return weightOf(["text/csv", "text/*", "*/*"]) > weightOf(["application/json", "application/*", "*/*"]);
}

/**
 * The reply with a CSV file, or with a part of one. Browsers save it under the name. `vary` keeps a cache from returning it to a client that wants JSON.
 * @param header false for a later part, which has no line with the column names
 * @param next the query string for the next part
 */
export function csvReply(
  name: string,
  body: string,
  { header = true, next }: { header?: boolean; next?: URLSearchParams | undefined } = {},
): HttpResponseInit {
  // Not in a `Link` header: on Azure the platform's CORS lets a page of another origin read the content type, but not `Link`.
  const continuation = next === undefined ? "" : `; continuation=${next.get("continuation")}`;
  const headers = {
    "content-type": `text/csv; charset=utf-8; header=${header ? "present" : "absent"}${continuation}`,
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
    vary: "accept",
    ...(next && { link: `<?${next}>; rel="next"` }),
  };
  return { status: 200, headers, body };
}
