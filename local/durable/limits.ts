import { Refused } from "./http-answers.ts";
import type { Query } from "./http-query.ts";

/** Durations in milliseconds and sizes, as in the recorded host. */

const day = 24 * 60 * 60 * 1000;

export const longTimer = {
  /** A longer timer consists of several (`maximumShortTimerDuration`). */
  maximum: 6 * day,
  /** The length of each part (`longRunningTimerIntervalDuration`). */
  interval: 3 * day,
} as const;

/** The maximum size of a custom status, in bytes of UTF-16. */
export const customStatusLimit = 16 * 1024;
const listPageSize = 100;
/** The maximum of a Table Storage query: https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
const largestPage = 1000;

/** The number of rows of a list's page. @throws Refused for a size that Table Storage does not support */
export function pageSize(query: Query): number {
  const top = query.integer("top") ?? listPageSize;
  if (top > 0 && top <= largestPage) return top;
  throw Refused.here(`'top' is ${top}; a page has from 1 to ${largestPage} rows.`);
}

/** The limits that host.json can set. The defaults are the extension's. */
export interface Limits {
  /** The maximum number of actions of one generation of an orchestration (`maxOrchestrationActions`). */
  readonly actions: number;
  /** The maximum number of operations of one entity invocation (`maxEntityOperationBatchSize`). */
  readonly entityBatch: number;
  /** The interval of a durable HTTP call's requests, in milliseconds, if the response does not set it (`httpSettings`). */
  readonly httpPolling: number;
}

export const defaultLimits: Limits = { actions: 100_000, entityBatch: 5000, httpPolling: 30_000 };
