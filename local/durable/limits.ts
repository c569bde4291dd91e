import { Refused } from "./http-answers.ts";
import type { Query } from "./http-query.ts";

/** Durations in milliseconds and sizes that the recorded host uses. */

const day = 24 * 60 * 60 * 1000;

export const longTimer = {
  /** A longer timer is made of several (`maximumShortTimerDuration`). */
  maximum: 6 * day,
  /** The length of one of them (`longRunningTimerIntervalDuration`). */
  interval: 3 * day,
} as const;

/** The limit of a custom status, in bytes of UTF-16. */
export const customStatusLimit = 16 * 1024;
const listPageSize = 100;
/** Of a query to Table Storage: https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
const largestPage = 1000;

/** How many rows a page of a list has. @throws Refused for a size that Table Storage does not give */
export function pageSize(query: Query): number {
  const top = query.integer("top") ?? listPageSize;
  if (top > 0 && top <= largestPage) return top;
  throw Refused.here(`'top' is ${top}; a page has from 1 to ${largestPage} rows.`);
}

/** What host.json can set, and the extension's defaults. */
export interface Limits {
  /** How many actions one generation of an orchestration may take (`maxOrchestrationActions`). */
  readonly actions: number;
  /** How many operations one invocation of an entity gets at most (`maxEntityOperationBatchSize`). */
  readonly entityBatch: number;
  /** Between two requests of a durable HTTP call when the answer does not say, in milliseconds (`httpSettings`). */
  readonly httpPolling: number;
}

export const defaultLimits: Limits = { actions: 100_000, entityBatch: 5000, httpPolling: 30_000 };
