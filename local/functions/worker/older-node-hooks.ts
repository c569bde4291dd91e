/** Runs in the thread in which an older Node asks how modules are found and loaded. */
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Made } from "./older-node.ts";
import { sourceOf } from "./resolve-typescript.ts";

let made: Made = new Map();

/** Called by Node, once, before it asks for anything. @param sources what `register` was given, by path */
export function initialize(sources: Made): void {
  made = sources;
}

/** The hook of Node: what Node itself finds, or else the TypeScript source that is meant, see `sourceOf`. */
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

/** The hook of Node: what a source has been made into. @throws Error with which it could not be made */
export const load: LoadHook = async (url, context, next) => {
  const one = url.startsWith("file:") ? made.get(fileURLToPath(url)) : undefined;
  if (one?.source instanceof Error) throw one.source;
  return one === undefined ? next(url, context) : { ...one, source: one.source, shortCircuit: true };
};
