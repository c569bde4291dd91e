// By the whole, since an older Node has not all of its names: to ask for one of them would keep this from being loaded.
import * as nodeModule from "node:module";

/** Changes how Node finds and loads modules; missing before Node 22.15. */
export const registerHooks: typeof nodeModule.registerHooks | undefined = nodeModule.registerHooks;

/** Writes down what was compiled, for the next start; an older Node compiles anew. */
export const flushCompileCache = (): void => nodeModule.flushCompileCache?.();

/** Whether Node runs TypeScript by stripping its types. */
export const stripsTypes: boolean = Boolean((process.features as { typescript?: unknown }).typescript);
