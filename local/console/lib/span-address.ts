import { hashOf } from "./route.svelte.ts";
import { live } from "./status.svelte.ts";

/** The address of a span and its way. Ids begin anew with each start of the local Azure, so it says of which one it is. */
export const spanHash = (id: number): string =>
  hashOf("timeline", { span: String(id), way: String(id), ...(live.run === undefined ? {} : { run: live.run }) });
