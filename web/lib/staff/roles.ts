import type { App } from "../app.svelte.ts";

/** Whether the user may make, hand over and cancel orders. The admin role alone does not suffice: the API requires the barista role. */
export function mayMake({ session, store }: App): boolean {
  return session.has(store, "barista");
}
