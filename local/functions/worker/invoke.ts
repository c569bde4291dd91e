import type { Invocation, InvocationReply, LogLevelName, ThrownError } from "../protocol.ts";
import type { CoreContext, FunctionCallback, ProgrammingModel, Registry } from "./core-api.ts";
import { plain } from "./plain.ts";

/** Runs the hooks of one kind in sequence. */
async function runHooks(registry: Registry, name: "preInvocation" | "postInvocation", context: object) {
  for (const hook of registry.hooks[name]) await hook(context);
}

/** Values that hooks keep for the life of the application: those shared by all hooks, and those shared only by the hooks of its start and end. */
export interface HookData {
  app: Record<string, unknown>;
  lifetime: Record<string, unknown>;
}

export type WriteLog = (level: LogLevelName, category: string, message: string, invocation?: LogSource) => void;

export interface LogSource {
  functionName: string;
  invocationId: string;
  /** The id of its span. */
  span?: number | undefined;
}

/**
 * Runs one invocation through the application's programming model, as the real worker does: arguments, hooks, handler, hooks, response.
 * Never rejects: an error thrown at any step is the invocation's error.
 */
export async function runInvocation(
  registry: Registry,
  data: HookData,
  invocation: Invocation,
  write: WriteLog,
): Promise<InvocationReply> {
  try {
    return await run(registry, registry.model, data, invocation, write);
  } catch (error) {
    return { ok: false, error: thrown(error) };
  }
}

async function run(
  registry: Registry,
  programmingModel: ProgrammingModel | undefined,
  data: HookData,
  invocation: Invocation,
  write: WriteLog,
): Promise<InvocationReply> {
  const registration = registry.functions.get(invocation.functionId);
  if (registration === undefined || programmingModel === undefined) {
    throw new Error(`The application has no function "${invocation.functionId}".`);
  }
  const { invocationId, inputs: inputData, triggerMetadata, traceContext, retryContext, functionId } = invocation;
  const source = { functionName: registration.metadata.name, invocationId };
  const hookData = {};
  let invocationContext: object | undefined;
  const core: CoreContext = {
    invocationId,
    request: { invocationId, functionId, inputData, triggerMetadata, traceContext, retryContext },
    metadata: registration.metadata,
    state: undefined,
    log: (level, category, message) => {
      if (registry.hooks.log.length === 0) return write(level, category, message, source);
      const entry = { level, category, message, invocationContext, hookData, appHookData: data.app };
      for (const hook of registry.hooks.log) hook(entry);
      write(entry.level, category, String(entry.message), source);
    },
  };
  const model = await programmingModel.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  invocationContext = context;
  if (invocation.direct) inputs[0] = invocation.direct.value;

  const before = { ...hookContext(context, hookData, data.app), inputs, functionCallback: registration.callback };
  core.state = "preInvocationHooks";
  if (registry.hooks.preInvocation.length > 0) await runHooks(registry, "preInvocation", before);
  core.state = "invocation";
  const outcome = await settle(
    model.invokeFunction(context, before.inputs, before.functionCallback as FunctionCallback),
    (what) =>
      write(
        "warning",
        "system",
        `The handler threw ${what}. On Azure that is not an error: the invocation succeeds without a result. Throw an Error.`,
        source,
      ),
  );
  const after = { ...hookContext(context, hookData, data.app), inputs: before.inputs, ...outcome };
  core.state = "postInvocationHooks";
  if (registry.hooks.postInvocation.length > 0) await runHooks(registry, "postInvocation", after);
  core.state = undefined;
  if (after.error !== undefined && after.error !== null) throw after.error;
  if (invocation.direct && !invocation.outputs) return { ok: true, direct: direct(after.result) };
  const { returnValue = null, outputData = [] } = await model.getResponse(context, after.result);
  const outputs = outputData.length === 0 ? {} : { outputData };
  if (invocation.direct) return { ok: true, direct: direct(after.result), ...outputs };
  return { ok: true, returnValue, ...outputs };
}

/**
 * A result for the engine, in the form that the worker and .NET together produce: bytes as base64 text, and a number without a JSON form by its name.
 */
function direct(result: unknown): unknown {
  if (result instanceof ArrayBuffer) return Buffer.from(result).toString("base64");
  if (ArrayBuffer.isView(result))
    return Buffer.from(result.buffer, result.byteOffset, result.byteLength).toString("base64");
  return typeof result === "number" && !Number.isFinite(result) ? String(result) : plain(result);
}

function hookContext(invocationContext: object, hookData: object, appHookData: object) {
  return { invocationContext, hookData, appHookData };
}

/** `threwNothing` is called if `null` or `undefined` was thrown, which the real worker does not take for an error. */
async function settle(
  promise: Promise<unknown>,
  threwNothing: (what: string) => void,
): Promise<{ result: unknown; error: unknown }> {
  try {
    return { result: await promise, error: null };
  } catch (error) {
    if (error === undefined || error === null) threwNothing(String(error));
    return { result: null, error };
  }
}

/** Whatever was thrown, in a form that can be sent to the host. Even reading its members may throw. */
export function thrown(error: unknown): ThrownError {
  try {
    if (error instanceof Error) {
      const { message, stack, cause } = error;
      return {
        message: String(message),
        ...(typeof stack === "string" ? { stack } : {}),
        ...(cause instanceof Error ? { because: String(cause) } : {}),
      };
    }
    return { message: typeof error === "string" ? error : (JSON.stringify(error) ?? String(error)) };
  } catch (unreadable) {
    const why = unreadable instanceof Error ? `: ${String(unreadable.message).split("\n")[0]}` : "";
    return { message: `Something was thrown that cannot be shown${why}` };
  }
}
