import { hashOf } from "./route.svelte.ts";
import { live } from "./status.svelte.ts";

/** The address of a span and its way. Ids start again with each start of the local Azure, so it includes the run. */
export const spanHash = (id: number): string =>
  hashOf("timeline", { span: String(id), way: String(id), ...(live.run === undefined ? {} : { run: live.run }) });
