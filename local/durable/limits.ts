/** Durations in milliseconds and sizes that the recorded host uses. */

const day = 24 * 60 * 60 * 1000;

export const longTimer = {
  /** A longer timer is made of several (`maximumShortTimerDuration`). */
  maximum: 6 * day,
  /** The length of one of them (`longRunningTimerIntervalDuration`). */
  interval: 3 * day,
  /** Between two requests of a durable HTTP call when the answer does not say. */
  httpPolling: 30_000,
} as const;

/** The limit of a custom status, in bytes of UTF-16. */
export const customStatusLimit = 16 * 1024;
export const maximumActions = 100_000;
export const listPageSize = 100;
