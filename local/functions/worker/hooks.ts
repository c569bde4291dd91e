// Imported as a whole, since an older Node lacks some of the names: a named import would keep this file from loading.
import * as nodeModule from "node:module";

/** Changes how Node finds and loads modules; not available before Node 22.15. */
export const registerHooks: typeof nodeModule.registerHooks | undefined = nodeModule.registerHooks;

/** Stores the compiled code for the next start; an older Node compiles again. */
export const flushCompileCache = (): void => nodeModule.flushCompileCache?.();

/** Whether Node runs TypeScript by stripping its types. */
export const stripsTypes: boolean = Boolean((process.features as { typescript?: unknown }).typescript);
