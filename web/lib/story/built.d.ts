/** What the build knows of the rest of the system (`web/vite.config.ts`). */
declare module "virtual:built" {
  import type { Subscription } from "./underneath.ts";

  export const subscriptions: Subscription[];
  /** Address under which the repository's files are shown, with a slash at its end; undefined when the build was not told. */
  export const source: string | undefined;
}
