import type { Service } from "../recorder/span.ts";

/** Something that waits for the clock. */
export interface Due {
  /** When it is due, in ms since the epoch. */
  readonly at: number;
  readonly service: Service;
  /** What will happen, in a few words. */
  readonly what: string;
  /** Its target or source. */
  readonly name: string;
  /** The thing it concerns, as a key of the recording. */
  readonly key?: string;
}
