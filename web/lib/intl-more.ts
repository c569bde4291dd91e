/** What only the admin app needs of `Intl`: see `intl.ts`. Nothing here throws. */
import { language, made } from "./intl.ts";

/** A change (0.12) in percent, with its sign. */
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

/** The time zones that the browser knows, for a list to choose from; empty where it does not say. */
export function timeZones(): string[] {
  return made(() => Intl.supportedValuesOf("timeZone")) ?? [];
}

/** The time zone that the device is set to; empty where it does not say. */
export function deviceZone(): string {
  return made(() => Intl.DateTimeFormat().resolvedOptions().timeZone) ?? "";
}
