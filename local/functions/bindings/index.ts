import { byHttp } from "../../kernel/by-http.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { Binding, TypedData } from "../protocol.ts";
import type { StorageClients } from "../storage/clients.ts";
import type { MessageEncoding } from "../storage/options.ts";
import { causedBy } from "./causes.ts";
import { CosmosClients, cosmosInput, cosmosOutput } from "./cosmos.ts";
import { eventGridOutput } from "./event-grid.ts";
import { type ExpressionData, type ExpressionSystem, expressionData } from "./expressions.ts";
import type { InputBinding, OutputBinding } from "./kinds.ts";
import { blobInput, blobOutput } from "./storage-blob.ts";
import { queueOutput } from "./storage-queue.ts";
import { isNothing } from "./values.ts";
import { connectionInput, webPubSubOutput } from "./web-pubsub.ts";
import { webPubSubContext } from "./web-pubsub-context.ts";

interface Bound {
  readonly functionName: string;
  readonly inputs: readonly { readonly name: string; readonly input: InputBinding }[];
  readonly outputs: ReadonlyMap<string, OutputBinding>;
}

/** The name of the binding that gets the handler's return value. */
const returned = "$return";

/** The inputs and outputs of an application's functions, besides their triggers. */
export class Bindings {
  readonly #parts: Parts;
  readonly #settings: Record<string, string>;
  /** The settings for calls of the bindings themselves. Calls from this process do not need https, and do not trust the certificate of the services. */
  readonly #called: Record<string, string>;
  readonly #storage: StorageClients;
  readonly #encoding: MessageEncoding;
  readonly #services: ReadonlySet<string>;
  readonly #cosmos = new CosmosClients();
  readonly #bound = new Map<string, Bound>();

  constructor(
    parts: Parts,
    settings: Record<string, string>,
    storage: { clients: StorageClients; messageEncoding: MessageEncoding },
    services: readonly string[] = [],
  ) {
    this.#parts = parts;
    this.#settings = settings;
    this.#services = new Set(services);
    this.#called = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, byHttp(value, services)]));
    this.#storage = storage.clients;
    this.#encoding = storage.messageEncoding;
  }

  /** Adds the bindings of a function. @throws Error for the first invalid one. */
  add({ id, name: functionName, inputs, outputs }: FunctionDefinition): void {
    if (inputs.length === 0 && outputs.length === 0) return;
    this.#bound.set(id, {
      functionName,
      inputs: inputs.map(({ name, binding }) => ({
        name,
        input: named(`the input "${name}"`, () => this.#input(binding)),
      })),
      outputs: new Map(
        outputs.map(({ name, binding }) => [name, named(`the output "${name}"`, () => this.#output(binding))]),
      ),
    });
  }

  /** Whether a function has outputs. */
  hasOutputs(id: string): boolean {
    return (this.#bound.get(id)?.outputs.size ?? 0) > 0;
  }

  /** Reads a function's inputs for one invocation. Rejects with the name of the input that cannot be read. */
  async read(id: string, data: TypedData | undefined, metadata: Record<string, TypedData> | undefined) {
    const bound = this.#bound.get(id);
    if (bound === undefined || bound.inputs.length === 0) return [];
    const { inputs, functionName } = bound;
    const values = expressionData(data, metadata);
    return this.#caused(() =>
      Promise.all(
        inputs.map(async ({ name, input }) => ({
          name,
          data: await naming(`The input "${name}"`, input.read(values, this.#system(functionName), data ?? {})),
        })),
      ),
    );
  }

  /** Writes the outputs of one invocation. Rejects with the name of the output that cannot be written. */
  async write(
    id: string,
    trigger: { data?: TypedData | undefined; metadata?: Record<string, TypedData> | undefined },
    given: {
      outputData?: readonly { name: string; data: TypedData }[] | undefined;
      returnValue?: TypedData | null | undefined;
    },
  ): Promise<void> {
    const bound = this.#bound.get(id);
    if (bound === undefined) return;
    const { outputs, functionName } = bound;
    let values: ExpressionData | undefined;
    const all = [...(given.outputData ?? []), { name: returned, data: given.returnValue ?? {} }];
    for (const { name, data } of all) {
      const output = outputs.get(name);
      if (output === undefined || isNothing(data)) continue;
      values ??= expressionData(trigger.data, trigger.metadata);
      const from = values;
      await this.#caused(() => naming(`The output "${name}"`, output.write(data, from, this.#system(functionName))));
    }
  }

  /** Closes the clients of the bindings. */
  async close(): Promise<void> {
    await this.#cosmos.close();
  }

  /** Runs a part of the invocation that is recorded now. */
  #caused<T>(run: () => T): T {
    return causedBy(this.#parts.recorder.now, this.#services, run);
  }

  #system(functionName: string): ExpressionSystem {
    return { ids: this.#parts.ids, now: this.#parts.clock.now(), functionName };
  }

  #input(binding: Binding): InputBinding {
    const type = binding.type.toLowerCase();
    if (type === "cosmosdb") return cosmosInput(binding, this.#called, this.#cosmos);
    if (type === "webpubsubcontext") return webPubSubContext(binding, this.#settings);
    return type === "blob"
      ? blobInput(binding, this.#settings, this.#storage)
      : connectionInput(binding, this.#settings);
  }

  #output(binding: Binding): OutputBinding {
    const type = binding.type.toLowerCase();
    if (type === "cosmosdb") return cosmosOutput(binding, this.#called, this.#cosmos);
    if (type === "blob") return blobOutput(binding, this.#settings, this.#storage);
    if (type === "queue") return queueOutput(binding, this.#settings, this.#storage, this.#encoding);
    return type === "eventgrid" ? eventGridOutput(binding, this.#called) : webPubSubOutput(binding, this.#called);
  }
}

function named<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

async function naming<T>(what: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new Error(`${what} failed: ${(error as Error).message}`, { cause: error });
  }
}
