import { dotnetDateText } from "../triggers/dotnet-dates.ts";

/**
 * A plain JSON value as .NET writes it into text: `True`, `1E+21`, `11/30/2026 20:45:00` for a string that is a time, and nothing for `null`.
 * @param dates whether strings are examined for times; those that were never read by Newtonsoft.Json are not
 */
export function dotnetText(value: string | number | boolean | null, dates = true): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return dotnetNumber(value);
  return (dates ? dotnetDateText(value) : undefined) ?? value;
}

/** A finite number as .NET writes it: with an exponent if it is large or below 0.0001. */
export function dotnetNumber(value: number): string {
  const size = Math.abs(value);
  // JSON writes these as whole numbers, so they are read as such.
  if (Number.isInteger(value) && size < 1e21) return String(value);
  if (size >= 1e-4 && size < 1e15) return String(value);
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  const power = exponent.slice(1).padStart(2, "0");
  return `${digits}E${exponent.startsWith("-") ? "-" : "+"}${power}`;
}
