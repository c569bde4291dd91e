import type { FunctionDefinition } from "./definition.ts";

/** A description of what starts a function: its methods and address, its schedule, or its container. */
export function whatStarts({ name, kind, trigger }: FunctionDefinition, httpBase: string): string {
  switch (kind) {
    case "http": {
      const methods = Array.isArray(trigger.methods) && trigger.methods.length > 0 ? trigger.methods : ["any method"];
      return `${methods.map((method) => String(method).toUpperCase()).join(",")} ${httpBase}/${String(trigger.route ?? name).replace(/^\/+/, "")}`;
    }
    case "timer":
      return String(trigger.schedule);
    case "cosmosDB":
      return `changes in ${trigger.databaseName}/${trigger.containerName}`;
    case "storageQueue":
      return `messages of ${trigger.queueName}`;
    case "storageBlob":
      return `blobs ${trigger.path}`;
    case "eventGrid":
      return "events";
    case "webPubSub":
      return `${trigger.eventType} event ${trigger.eventName} of hub ${trigger.hub}`;
    case "warmup":
      return "once, at each start";
    default:
      return "";
  }
}

/** The functions of an application as readable text, by trigger and name. */
export function listFunctions(
  functions: readonly { name: string; trigger: string; disabled: boolean; startedBy: string }[],
): string {
  const width = (texts: string[]) => Math.max(0, ...texts.map((text) => text.length));
  const names = width(functions.map(({ name }) => name));
  const triggers = width(functions.map(({ trigger }) => trigger));
  const lines = functions
    .toSorted((a, b) => a.trigger.localeCompare(b.trigger) || a.name.localeCompare(b.name))
    .map(({ name, trigger, disabled, startedBy }) =>
      `  ${trigger.padEnd(triggers)}  ${name.padEnd(names)}  ${disabled ? "disabled" : startedBy}`.trimEnd(),
    );
  return `${functions.length} ${functions.length === 1 ? "function" : "functions"}:\n${lines.join("\n")}`;
}
