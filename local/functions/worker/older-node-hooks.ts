/** Runs in the thread in which an older Node finds and loads modules. */
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Made } from "./older-node.ts";
import { sourceOf } from "./resolve-typescript.ts";

let made: Made = new Map();

/** Called once by Node, before the other hooks. @param sources the data given to `register`, by path */
export function initialize(sources: Made): void {
  made = sources;
}

/** Node's hook: resolves as Node does, or else to the corresponding TypeScript source, see `sourceOf`. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context);
  } catch (error) {
    const { parentURL } = context;
    const found = parentURL?.startsWith("file:")
      ? sourceOf(specifier, fileURLToPath(parentURL), context.conditions.includes("require"))
      : undefined;
    if (found === undefined) throw error;
    return next(pathToFileURL(found).href, context);
  }
};

/** Node's hook: loads the compiled source. @throws Error with which compiling it failed */
export const load: LoadHook = async (url, context, next) => {
  const one = url.startsWith("file:") ? made.get(fileURLToPath(url)) : undefined;
  if (one?.source instanceof Error) throw one.source;
  return one === undefined ? next(url, context) : { ...one, source: one.source, shortCircuit: true };
};
