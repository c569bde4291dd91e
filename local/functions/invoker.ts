import type { DurableEngine } from "../durable/engine.ts";
import { splitFailure } from "../durable/out-of-proc-data.ts";
import type { Parts } from "../kernel/parts.ts";
import type { OpenSpan } from "../recorder/recorder.ts";
import { traceOf } from "../recorder/trace-parent.ts";
import type { AppRunner } from "./app-runner.ts";
import { AppThreadEnded } from "./app-thread.ts";
import type { Bindings } from "./bindings/index.ts";
import type { FunctionDefinition } from "./definition.ts";
import type { Instances } from "./instances.ts";
import type { FailureCause, InvocationResult } from "./invocation-result.ts";
import type { Meters } from "./meters.ts";
import type {
  Binding,
  Invocation,
  InvocationReply,
  RetryContext,
  ThrownError,
  TraceContext,
  TypedData,
} from "./protocol.ts";
import { runWithRetries } from "./retry.ts";
import { TimeLimit } from "./time-limit.ts";
import { WaitingInvocations } from "./waiting.ts";

/** What a trigger hands to an invocation. */
export interface TriggerInput {
  data?: TypedData;
  direct?: { value: unknown };
  metadata?: Record<string, TypedData>;
  /** W3C headers of who caused it. */
  traceParent?: string | undefined;
  traceState?: string | undefined;
  retryContext?: RetryContext | undefined;
  /** Chosen by the host when absent. */
  invocationId?: string;
  /** What is recorded already of what it answers, and is recorded of its run as well; a span of its own when absent. */
  span?: OpenSpan | undefined;
  /** The instance that is to run it; any when absent. */
  instance?: AppRunner;
}

export interface InvokerOptions {
  instances: Instances;
  functionTimeout: number | undefined;
  bindings: Bindings;
  durable: DurableEngine | undefined;
  /** Origin of this host, for durable client bindings. */
  origin: string;
  meters: Meters;
  /** So long (ms of the machine's time) nothing else must have been under way before an invocation that was asked for counts as waiting; default 1000. */
  patience?: number | undefined;
}

/** Runs functions in the threads of the application's instances: bindings, trace context, time-out, work accounting and the log of failures. */
export class Invoker {
  readonly #parts: Parts;
  readonly #options: InvokerOptions;
  readonly #clients = new Map<string, string>();
  readonly #requests: WaitingInvocations;
  readonly #stopping = new AbortController();
  readonly #limit: TimeLimit | undefined;
  /** What is recorded of the invocations under way, by their ids. */
  readonly #running = new Map<string, OpenSpan>();

  constructor(parts: Parts, options: InvokerOptions) {
    this.#parts = parts;
    this.#options = options;
    const { functionTimeout: limit } = options;
    this.#limit = limit === undefined ? undefined : new TimeLimit(parts.clock, limit);
    this.#requests = new WaitingInvocations(parts.work, () => options.instances.goRound(), options.patience);
  }

  /**
   * As `invoke`, and again for as long as the function's retry policy says: the real host does so for HTTP and Event Grid functions too, while the caller
   * waits. The pauses go by the clock, or by the machine's time where that is sooner there: who waits may be work that the clock waits for.
   */
  async invokeByPolicy(definition: FunctionDefinition, input: TriggerInput): Promise<InvocationResult> {
    const { clock, ids } = this.#parts;
    const result = await runWithRetries({
      functionName: definition.name,
      policy: definition.retry,
      clock,
      ids,
      signal: this.#stopping.signal,
      attempt: (retryContext) => this.invoke(definition, { ...input, retryContext }),
      waiting: () => undefined,
      machineTime: true,
    });
    if (result !== undefined) return result;
    return {
      ok: false,
      cause: "worker",
      error: { message: `The host stopped before ${definition.name} was tried again.` },
    };
  }

  /** Ends the pauses between attempts. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Adds a line that an invocation logged to what is recorded of it. */
  logged(invocationId: string, level: string, message: string): void {
    this.#running.get(invocationId)?.log(level, message);
  }

  /** Never rejects: whatever goes wrong is the result. */
  async invoke(definition: FunctionDefinition, input: TriggerInput): Promise<InvocationResult> {
    const { recorder } = this.#parts;
    // The engine has a span for what it runs, which says more.
    const others = input.span ?? (durableKinds.has(definition.kind) ? recorder.running : undefined);
    const span =
      others ??
      recorder.begin("functions", "run", definition.name, {
        trace: traceOf(input.traceParent),
        details: { trigger: definition.kind },
      });
    const result = await recorder.within(span, () => this.#run(definition, input, span));
    if (!result.ok) span.note({ error: wordsOf(result.error) });
    if (others === undefined) span.end(result.ok ? "ok" : "failed");
    return result;
  }

  async #run(definition: FunctionDefinition, input: TriggerInput, span: OpenSpan): Promise<InvocationResult> {
    const kind = `function ${definition.name}`;
    const end = definition.kind === "http" ? this.#requests.begin(kind) : this.#parts.work.begin(kind);
    const { executions } = this.#options.meters;
    executions[definition.name] = (executions[definition.name] ?? 0) + 1;
    const invocation = this.#invocation(definition, input);
    const { invocationId } = invocation;
    if (span.id > 0) invocation.span = span.id;
    if (span.id > 0) noteInput(span, invocationId, definition.kind, input);
    if (span.id > 0) this.#running.set(invocationId, span);
    let result: InvocationResult;
    try {
      const { bindings } = this.#options;
      if (definition.inputs.length > 0)
        invocation.inputs.push(...(await bindings.read(definition.id, input.data, input.metadata)));
      const instance = input.instance ?? this.#options.instances.pick();
      const reply = await this.#limited(definition, invocation, instance);
      if (reply.ok && bindings.hasOutputs(definition.id)) await bindings.write(definition.id, input, reply);
      if (span.id > 0 && reply.ok) noteOutput(span, definition.kind, reply);
      result = toResult(reply);
    } catch (error) {
      result = { ok: false, cause: causeOf(error), error: { message: (error as Error).message } };
    }
    if (!result.ok) {
      const { message, stack, because } = result.error;
      const why = because === undefined ? "" : ` (${because})`;
      // Below its message a stack is shown a line each.
      this.#parts.log.error(`Function ${definition.name} failed: ${splitFailure(message).words}${why}`, {
        invocationId,
        ...(stack !== undefined && { stack }),
      });
    }
    if (span.id > 0) this.#running.delete(invocationId);
    end();
    return result;
  }

  #limited(definition: FunctionDefinition, invocation: Invocation, instance: AppRunner): Promise<InvocationReply> {
    const { functionTimeout: limit = 0 } = this.#options;
    const reply = instance.invoke(invocation);
    if (this.#limit === undefined) return reply;
    return this.#limit.hold(reply, () => {
      const message = `${definition.name} ran longer than functionTimeout, ${limit / 1000} s`;
      // The code that runs too long can only be stopped together with its thread.
      instance.recycle(message);
      return new TimedOut(message);
    });
  }

  #invocation(definition: FunctionDefinition, input: TriggerInput): Invocation {
    const inputs = [{ name: definition.triggerName, data: input.data ?? {} }];
    for (const { name, binding } of definition.durableClients) {
      inputs.push({ name, data: { string: this.#durableClient(binding) } });
    }
    return {
      functionId: definition.id,
      invocationId: input.invocationId ?? this.#parts.ids.uuid(),
      inputs,
      ...(input.direct === undefined ? {} : { direct: input.direct }),
      ...(input.direct !== undefined && this.#options.bindings.hasOutputs(definition.id) ? { outputs: true } : {}),
      triggerMetadata: input.metadata ?? {},
      traceContext: this.#traceContext(input),
      ...(input.retryContext === undefined ? {} : { retryContext: input.retryContext }),
    };
  }

  #durableClient(binding: Binding): string {
    const { durable, origin } = this.#options;
    const options = clientOptions(binding);
    const key = JSON.stringify([options.taskHub, options.connectionName]);
    let text = this.#clients.get(key);
    if (text === undefined) {
      // That there is an engine, and that it is its hub, was checked when the application was loaded.
      text = durable?.clientBinding(origin, options);
      this.#clients.set(key, text ?? "");
    }
    return text ?? "";
  }

  /** A span of its own in the trace of the caller, or a new trace. */
  #traceContext({ traceParent, traceState }: TriggerInput): TraceContext {
    const random = this.#parts.ids.bytes(24).toString("hex");
    const [, trace, flags] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(traceParent ?? "") ?? [];
    const parent = `00-${trace ?? random.slice(16)}-${random.slice(0, 16)}-${flags ?? "00"}`;
    return { traceParent: parent, traceState: traceState ?? "", attributes: {} };
  }
}

class TimedOut extends Error {}

/** What a `durableClient` binding says of its hub. */
export function clientOptions({ taskHub, connectionName }: Binding): { taskHub?: string; connectionName?: string } {
  return {
    ...(typeof taskHub === "string" ? { taskHub } : {}),
    ...(typeof connectionName === "string" ? { connectionName } : {}),
  };
}

const durableKinds: ReadonlySet<string> = new Set(["orchestration", "activity", "entity"]);

/** What came in, for the record. */
function noteInput(
  span: OpenSpan,
  invocationId: string,
  kind: string,
  { data, direct, retryContext }: TriggerInput,
): void {
  span.note({
    invocationId,
    params: data?.http?.nullableParams,
    request: data?.http?.body?.bytes,
    // What a change feed gives stands in the batch that causes the run, and in what wrote it.
    input: kind === "cosmosDB" ? undefined : direct === undefined ? memberOf(data) : crossing(kind, direct.value),
    attempt: retryContext && retryContext.retryCount + 1,
  });
}

/** What went out, for the record. */
function noteOutput(span: OpenSpan, kind: string, reply: Extract<InvocationReply, { ok: true }>): void {
  const { returnValue, direct, outputData } = reply;
  const body = returnValue?.http?.body;
  span.note({
    answer: body?.string ?? body?.bytes,
    output: direct === undefined ? memberOf(returnValue) : crossing(kind, direct),
    outputs: outputData,
  });
}

/**
 * A value that crosses as it is, for the record; but not what an orchestrator is given and gives at each episode, its whole history and all it has ever asked for. The
 * engine keeps that, what it newly asks for is recorded as what it causes, and an order's would be most of all that is recorded of it.
 */
const crossing = (kind: string, value: unknown): unknown => (kind === "orchestration" ? undefined : value);

/** The one member that is set of a value as it crosses between host and worker, unless it is a request or an answer. */
function memberOf(data: TypedData | null | undefined): unknown {
  return data?.string ?? data?.json ?? data?.bytes ?? data?.int ?? data?.double ?? data?.collectionString;
}

/** What was thrown, with where and why. */
const wordsOf = ({ message, stack, because }: ThrownError) =>
  `${stack ?? splitFailure(message).words}${because === undefined ? "" : `\nCaused by: ${because}`}`;

function causeOf(error: unknown): FailureCause {
  if (error instanceof AppThreadEnded) return "worker";
  return error instanceof TimedOut ? "timeout" : "handler";
}

function toResult(reply: InvocationReply): InvocationResult {
  if (!reply.ok) return { ok: false, cause: "handler", error: reply.error };
  return { ok: true, returnValue: reply.returnValue ?? null, direct: reply.direct };
}
