import type { Service } from "../recorder/span.ts";

/** Something that waits for the clock. */
export interface Due {
  /** When it comes, in ms since the epoch. */
  readonly at: number;
  readonly service: Service;
  /** What will happen, in a few words. */
  readonly what: string;
  /** To or by what. */
  readonly name: string;
  /** What it is about, as a key of what is recorded. */
  readonly key?: string;
}
