import type { Counter } from "./counter.ts";
import type { Inbox } from "./inbox.ts";
import type { Life } from "./life.ts";
import type { Wall } from "./wall.ts";

/** What all guests at a stand share. */
export interface Place {
  life: Life;
  seed: number;
  inbox: Inbox;
  wall: Wall;
  counter: Counter;
  /** Delay between two polls of the queue by a guest, in ms; the default if missing. */
  looksEvery?: number;
}
