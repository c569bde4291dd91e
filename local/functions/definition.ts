import { checkBinding, checkRetry } from "./binding-options.ts";
import { isDisabled } from "./disabled.ts";
import type { Binding, RegisteredFunction, RetryOptions } from "./protocol.ts";
import { resolveSettings } from "./setting-texts.ts";
import { unknownBinding, withoutThem } from "./unknown-binding.ts";

export type TriggerKind =
  | "http"
  | "timer"
  | "cosmosDB"
  | "eventGrid"
  | "storageQueue"
  | "storageBlob"
  | "webPubSub"
  | "warmup"
  | "orchestration"
  | "activity"
  | "entity"
  /** An unknown trigger of a disabled function. */
  | "other";

export interface NamedBinding {
  name: string;
  binding: Binding;
}

/** A registered function that this host can run. */
export interface FunctionDefinition {
  id: string;
  name: string;
  kind: TriggerKind;
  /** The trigger's binding, with `%SETTING%` expressions resolved. */
  trigger: Binding;
  triggerName: string;
  /** Durable client inputs, by binding name. */
  durableClients: NamedBinding[];
  /** Other inputs and outputs, by binding name, with `%SETTING%` expressions resolved. */
  inputs: NamedBinding[];
  outputs: NamedBinding[];
  retry: RetryOptions | undefined;
  /** Set by the setting `AzureWebJobs.<name>.Disabled` or `AzureWebJobs_<name>_Disabled`, in any case: the function is listed, but never runs. */
  disabled: boolean;
  bindings: Record<string, Binding>;
}

const triggerKinds: Record<string, TriggerKind> = {
  httptrigger: "http",
  timertrigger: "timer",
  cosmosdbtrigger: "cosmosDB",
  eventgridtrigger: "eventGrid",
  queuetrigger: "storageQueue",
  blobtrigger: "storageBlob",
  webpubsubtrigger: "webPubSub",
  warmuptrigger: "warmup",
  orchestrationtrigger: "orchestration",
  activitytrigger: "activity",
  entitytrigger: "entity",
};

const inputTypes: ReadonlySet<string> = new Set(["cosmosdb", "blob", "webpubsubconnection", "webpubsubcontext"]);
const outputTypes: ReadonlySet<string> = new Set(["cosmosdb", "eventgrid", "blob", "queue", "webpubsub"]);

/** Thrown for a binding that is not supported here, though it may be on Azure. */
class NotHereError extends Error {}

const names = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;

/**
 * Checks the functions that the application registered.
 * @throws Error with all problems at once: a name that Azure refuses, one that differs from another only in case, a binding this host does not know,
 * a missing setting.
 */
export function defineFunctions(
  registered: RegisteredFunction[],
  settings: Record<string, string>,
): FunctionDefinition[] {
  const complaints: string[] = [];
  const notHere: string[] = [];
  const seen = new Map<string, string>();
  const definitions: FunctionDefinition[] = [];
  for (const candidate of registered) {
    const { name } = candidate;
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      complaints.push(
        `Function "${name}": its name differs from "${twin}" only in case; Azure does not tell them apart.`,
      );
    }
    seen.set(name.toLowerCase(), name);
    try {
      definitions.push(define(candidate, settings));
    } catch (error) {
      complaints.push(`Function "${name}": ${(error as Error).message}`);
      if (error instanceof NotHereError) notHere.push(name);
    }
  }
  if (notHere.length > 1) complaints.push(withoutThem(notHere));
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  return definitions;
}

function define(registered: RegisteredFunction, settings: Record<string, string>): FunctionDefinition {
  const { name, id, bindings, retryOptions } = registered;
  if (!names.test(name)) {
    throw new Error("a name must begin with a letter and have at most 128 letters, digits, hyphens and underscores.");
  }
  // The host's rule (`FunctionNameValidationRegex` in its `Utility.cs`).
  if (name.toLowerCase() === "host") throw new Error("Azure reserves this name; choose another one.");
  const disabled = isDisabled(name, settings);
  const common = { id, name, retry: retryOptions, disabled, bindings };
  let found: { triggerName: string; kind: TriggerKind; trigger: Binding } | undefined;
  const durableClients: NamedBinding[] = [];
  const inputs: NamedBinding[] = [];
  const outputs: NamedBinding[] = [];
  for (const [bindingName, raw] of Object.entries(bindings)) {
    const type = raw.type.toLowerCase();
    const kind = triggerKinds[type];
    if (kind !== undefined) {
      found = { triggerName: bindingName, kind, trigger: resolveSettings(raw, settings) };
    } else if (type === "durableclient" || type === "orchestrationclient") {
      durableClients.push({ name: bindingName, binding: resolveSettings(raw, settings) });
    } else if (raw.direction === "in" && inputTypes.has(type)) {
      inputs.push({ name: bindingName, binding: resolveSettings(raw, settings) });
    } else if (raw.direction === "out" && outputTypes.has(type)) {
      outputs.push({ name: bindingName, binding: resolveSettings(raw, settings) });
    } else if (type !== "http" || raw.direction !== "out") {
      if (!disabled) throw new NotHereError(unknownBinding(name, raw));
      // A function that never runs may have any binding; not even the master key runs it.
      const nothing = { durableClients: [], inputs: [], outputs: [] };
      return { ...common, ...nothing, triggerName: bindingName, kind: "other", trigger: raw };
    }
  }
  if (found === undefined) throw new Error("it has no trigger.");
  if (!disabled) {
    checkRetry(retryOptions);
    for (const binding of [found.trigger, ...[...durableClients, ...inputs, ...outputs].map((each) => each.binding)])
      checkBinding(binding);
  }
  return { ...common, ...found, durableClients, inputs, outputs };
}
