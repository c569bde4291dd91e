import Module from "node:module";
import type { LogLevelName, RegisteredFunction, RetryOptions, TypedData } from "../protocol.ts";

export type HookName = "preInvocation" | "postInvocation" | "appStart" | "appTerminate" | "log";
export type HookCallback = (context: object) => unknown;
export type FunctionCallback = (...args: unknown[]) => unknown;

/** The members of an invocation that the programming model reads, and the log it writes to. */
export interface CoreContext {
  invocationId: string;
  request: object;
  metadata: object;
  state: string | undefined;
  log(level: LogLevelName, category: string, message: string): void;
}

interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(
    context: object,
    result: unknown,
  ): Promise<{ returnValue?: object | null; outputData?: { name: string; data: TypedData }[] }>;
}

export interface ProgrammingModel {
  getInvocationModel(context: CoreContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities(defaults: Record<string, string>): Promise<Record<string, string>>;
}

interface CoreMetadata {
  name: string;
  functionId?: string;
  bindings: RegisteredFunction["bindings"];
  retryOptions?: RetryOptions;
}

export interface Registration {
  metadata: CoreMetadata;
  callback: FunctionCallback;
}

/** The functions and hooks that the application has registered so far in this thread. */
export class Registry {
  readonly functions = new Map<string, Registration>();
  readonly hooks: Record<HookName, HookCallback[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  model: ProgrammingModel | undefined;
  /** Once true, no further function can be registered. */
  locked = false;
}

class Disposable {
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }
  #dispose: (() => unknown) | undefined;
  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }
  dispose(): void {
    const dispose = this.#dispose;
    this.#dispose = undefined;
    dispose?.();
  }
}

function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

/** Provides `require("@azure/functions-core")` in this thread, as the real worker does, with an API that fills `registry`. */
export function installCoreApi(
  registry: Registry,
  hostVersion: string,
  log: (level: LogLevelName, category: string, message: string) => void,
): void {
  const core = {
    version: hostVersion,
    hostVersion,
    Disposable,
    log,
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.model = model;
    },
    getProgrammingModel: () => registry.model,
    registerFunction: (metadata: CoreMetadata, callback: FunctionCallback) =>
      registerFunction(registry, metadata, callback),
    registerHook: (name: string, callback: HookCallback) => registerHook(registry, name, callback),
  };
  const specifier = "@azure/functions-core";
  const internals = Module as unknown as {
    _load(request: string, ...rest: unknown[]): unknown;
    prototype: { require(id: string): unknown };
  };
  const { _load: load } = internals;
  const { require } = internals.prototype;
  internals._load = function (request, ...rest) {
    return request === specifier ? core : load.call(this, request, ...rest);
  };
  internals.prototype.require = function (id) {
    return id === specifier ? core : require.call(this, id);
  };
}

function registerFunction(registry: Registry, metadata: CoreMetadata, callback: FunctionCallback): Disposable {
  const id = metadata.functionId ?? metadata.name;
  if (registry.locked) {
    throw systemError(
      new Error(`A function can only be registered during app startup: "${metadata.name}" came too late.`),
    );
  }
  if (registry.functions.has(id)) {
    throw systemError(
      new Error(`A function with the name "${metadata.name}" has already been registered; names must be unique.`),
    );
  }
  registry.functions.set(id, { metadata, callback });
  return new Disposable(() => {
    if (registry.locked) throw systemError(new Error("A function can only be disposed of during app startup."));
    registry.functions.delete(id);
  });
}

function registerHook(registry: Registry, name: string, callback: HookCallback): Disposable {
  if (!Object.hasOwn(registry.hooks, name)) {
    throw systemError(new RangeError(`"${name}" is not a hook. The hooks: ${Object.keys(registry.hooks).join(", ")}.`));
  }
  const hooks = registry.hooks[name as HookName];
  hooks.push(callback);
  return new Disposable(() => {
    const index = hooks.indexOf(callback);
    if (index !== -1) hooks.splice(index, 1);
  });
}
