/** What the build knows about the rest of the system (`web/vite.config.ts`). */
declare module "virtual:built" {
  import type { Subscription } from "./underneath.ts";

  export const subscriptions: Subscription[];
  /** Base URL of the repository's files, with a trailing slash; undefined if the build does not know it. */
  export const source: string | undefined;
}
