/** What no first screen needs: one file, which comes when that screen is there. */
export { default as CancelDialog } from "./CancelDialog.svelte";
export { default as Ended } from "./Ended.svelte";
export { default as Limits } from "./Limits.svelte";
export { keepSeen, showLastSeen, worker } from "./last-seen.ts";
export { default as Orders } from "./Orders.svelte";
export { default as ScanProblem } from "./ScanProblem.svelte";
export { default as TypeCode } from "./TypeCode.svelte";
