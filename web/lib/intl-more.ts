/** `Intl` functions that only the admin app needs; see `intl.ts`. Nothing here throws. */
import { language, made } from "./intl.ts";

/** A relative change (0.12) in percent, with its sign. */
export function change(share: number, locale: string = language()): string {
  return percent(share, "exceptZero", locale);
}

/** A share (0.12) in percent. */
export function percent(
  share: number,
  signDisplay: "auto" | "exceptZero" = "auto",
  locale: string = language(),
): string {
  const options = { style: "percent", signDisplay, maximumFractionDigits: 0 } as const;
  const format = made(() => new Intl.NumberFormat([locale, "en"], options));
  return format?.format(share) ?? `${Math.round(share * 100)} %`;
}

/** The time zones that the browser knows, for a list; empty if the browser does not list them. */
export function timeZones(): string[] {
  return made(() => Intl.supportedValuesOf("timeZone")) ?? [];
}

/** The device's time zone; empty if the browser does not tell. */
export function deviceZone(): string {
  return made(() => Intl.DateTimeFormat().resolvedOptions().timeZone) ?? "";
}
