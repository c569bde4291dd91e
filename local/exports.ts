/** The exports of `local-azure`: they read an application's files, and start the local Azure with them. */
export { type ApplicationOptions, readApplication } from "./application.ts";
export { type Endpoints, type LocalAzure, type LocalAzureOptions, type Ports, startLocalAzure } from "./index.ts";
export type { Ids } from "./kernel/ids.ts";
export { RepeatableIds } from "./kernel/repeatable-ids.ts";
export type { Resources } from "./resources.ts";
