import Module, * as nodeModule from "node:module";
import { programFile } from "../../kernel/program-file.ts";
import { sourceOf } from "./resolve-typescript.ts";

/** The compiled sources, by path. */
export type Made = ReadonlyMap<string, { format: "module" | "commonjs"; source: string | Error }>;

interface Loaded {
  _compile(source: string, path: string): void;
}

/** Installs what a Node without synchronous hooks offers: extensions of `require`, and hooks for imports in their own thread. */
export function installInOlderNode(made: Made): void {
  const internals = Module as unknown as {
    _extensions: Record<string, (module: Loaded, path: string) => void>;
    _resolveFilename(request: string, parent: { filename?: string } | undefined, ...rest: unknown[]): string;
  };
  for (const extension of [".ts", ".cts", ".tsx", ".jsx"]) {
    internals._extensions[extension] = (module, path) => {
      const { source } = made.get(path) ?? {};
      if (source instanceof Error) throw source;
      if (source === undefined) throw new SyntaxError(`${path} is not one of the application's sources.`);
      module._compile(source, path);
    };
  }
  const { _resolveFilename: resolve } = internals;
  internals._resolveFilename = function (request, parent, ...rest) {
    try {
      return resolve.call(this, request, parent, ...rest);
    } catch (error) {
      const found = parent?.filename === undefined ? undefined : sourceOf(request, parent.filename, true);
      if (found === undefined) throw error;
      return found;
    }
  };
  nodeModule.register(programFile("./older-node-hooks", import.meta.url), { data: made });
}
