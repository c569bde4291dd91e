import type { App } from "../app.svelte.ts";

/** Whether this person may make, hand over and cancel orders. An admin alone may not: to the API that is a barista's work. */
export function mayMake({ session, store }: App): boolean {
  return session.has(store, "barista");
}
