/** What `import … from "local-azure"` gives: an application's files read, and the local Azure started with what they say. */
export { type ApplicationOptions, readApplication } from "./application.ts";
export { type Endpoints, type LocalAzure, type LocalAzureOptions, type Ports, startLocalAzure } from "./index.ts";
export type { Ids } from "./kernel/ids.ts";
export { RepeatableIds } from "./kernel/repeatable-ids.ts";
export type { Resources } from "./resources.ts";
