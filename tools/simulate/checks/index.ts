import { capacity } from "./capacity.ts";
import { deadLetters, events } from "./events.ts";
import { insights } from "./insights.ts";
import type { Check } from "./look.ts";
import { customers, numbers, orders, promptness, queue } from "./orders.ts";
import { refusals } from "./refusals.ts";
import { scans } from "./scans.ts";
import { screens } from "./screens.ts";
import { wishes } from "./wishes.ts";
import { workflows } from "./workflows.ts";

/** What must hold at the end of each day. */
export const atTheEnd: Readonly<Record<string, Check>> = {
  orders,
  wishes,
  queue,
  customers,
  capacity,
  scans,
  numbers,
  promptness,
  events,
  workflows,
  screens,
  "dead letters": deadLetters,
  refusals,
  // Last, for it writes.
  insights,
};

/** What must hold at every moment that it can be looked at. */
export const always: Readonly<Record<string, Check>> = { queue, customers };
