import type { Counter } from "./counter.ts";
import type { Inbox } from "./inbox.ts";
import type { Life } from "./life.ts";
import type { Wall } from "./wall.ts";

/** Where guests are, and what they all see. */
export interface Place {
  life: Life;
  seed: number;
  inbox: Inbox;
  wall: Wall;
  counter: Counter;
  /** Between two looks of a guest at the queue, in ms; what is usual when missing. */
  looksEvery?: number;
}
