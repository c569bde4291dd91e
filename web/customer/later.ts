/** What no first screen needs: one file, loaded once that screen is there. */
export { takeDown } from "../lib/browser-worker.ts";
export { pauseReasonOf } from "../lib/reasons.ts";
export { default as CancelDialog } from "./CancelDialog.svelte";
export { default as Ended } from "./Ended.svelte";
export { default as Limits } from "./Limits.svelte";
export { keepSeen, showLastSeen } from "./last-seen.ts";
export { default as Orders } from "./Orders.svelte";
export { default as ScanProblem } from "./ScanProblem.svelte";
export { startWorker } from "./start-worker.ts";
export { default as Tell } from "./Tell.svelte";
export { default as TypeCode } from "./TypeCode.svelte";
