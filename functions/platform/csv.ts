import type { HttpResponseInit } from "@azure/functions";

/**
 * A table as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front, which shows as text there
 * (OWASP: CSV injection): names and notes are what somebody typed. So does what comes after a semicolon or a tab, by which the spreadsheets of many countries part cells.
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
 * A file of CSV, or a part of one: browsers keep it under the name, and a cache must not give it to who asks for JSON.
 * @param header false for a part that goes on without the names of the columns
 * @param next the query of the address of the next part
 */
export function csvReply(
  name: string,
  body: string,
  { header = true, next }: { header?: boolean; next?: URLSearchParams | undefined } = {},
): HttpResponseInit {
  // A page of another origin may read the type, but no `Link`: on Azure the platform's CORS exposes no more.
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
