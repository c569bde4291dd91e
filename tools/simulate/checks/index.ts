import { capacity } from "./capacity.ts";
import { deadLetters, delivered, events, published } from "./events.ts";
import { extensions } from "./extensions.ts";
import { forgotten } from "./forgotten.ts";
import { insights } from "./insights.ts";
import type { Check, Look } from "./look.ts";
import { offers } from "./offers.ts";
import { customers, numbers, orders, promptness, queue } from "./orders.ts";
import { otherStores } from "./other-stores.ts";
import { pages } from "./pages.ts";
import { refusals } from "./refusals.ts";
import { scans } from "./scans.ts";
import { screens } from "./screens.ts";
import { sessions } from "./sessions.ts";
import { strangers } from "./strangers.ts";
import { texts } from "./texts.ts";
import { wishes } from "./wishes.ts";
import { failed, workflows } from "./workflows.ts";

/** Invariants at the end of each day. */
export const atTheEnd: Readonly<Record<string, Check>> = {
  orders,
  wishes,
  queue,
  customers,
  capacity,
  offers,
  scans,
  numbers,
  promptness,
  events,
  workflows,
  screens,
  strangers,
  "dead letters": deadLetters,
  refusals,
  pages,
  extensions,
  // Last, since it writes.
  insights,
};

/** Invariants at any moment. */
export const always: Readonly<Record<string, Check>> = { queue, customers, strangers };

/** Invariants across all stands of a fair at its end. */
export const amongAll: Readonly<Record<string, (looks: readonly Look[]) => string[] | Promise<string[]>>> = {
  published,
  delivered,
  failed,
  texts,
  sessions,
  "other stores": otherStores,
  // Last of all, since it may take two days.
  forgotten,
};
