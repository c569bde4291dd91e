import type { InsightsReply } from "../../contracts/insights.ts";
import type { Api } from "../lib/api.ts";

/** First and last day, both included. */
export interface Days {
  from: string;
  to: string;
}

const path = (by: "day" | "hour", days?: Days): string => `/insights?${new URLSearchParams({ by, ...days })}`;

/** The figures of some days (`2026-06-15`) in the store's time zone; of today if none are given. */
export function insights(api: Api, by: "day" | "hour", days?: Days): Promise<InsightsReply> {
  return api.inStore("GET", path(by, days));
}

/** The same as CSV. */
export function insightsCsv(api: Api, by: "day" | "hour", days: Days): Promise<string> {
  return api.inStore("GET", path(by, days), { headers: { accept: "text/csv" } });
}
