import { isFormerName } from "./bindings/local-services.ts";
import type { Binding, RetryOptions } from "./protocol.ts";

/** The type of an option's value: text, a Boolean, a whole number, a list of strings, or one of these words in any case. */
type Kind = "text" | "flag" | "whole" | "texts" | readonly string[];
type Options = Readonly<Record<string, Kind>>;

/** The methods of HTTP itself, and those of proxies. */
const methods = ["GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS", "TRACE", "CONNECT"];
const dataType: Options = { dataType: ["string", "binary"] };
const blob: Options = { path: "text", connection: "text", sdkBinding: "flag", ...dataType };
const queue: Options = { queueName: "text", connection: "text" };
const cosmos: Options = {
  ...{ connection: "text", databaseName: "text", containerName: "text", preferredLocations: "text" },
};

/** The options of each type of trigger and binding; those of Web PubSub are checked where they are read. */
const optionsOf: Readonly<Record<string, Options>> = {
  httptrigger: { authLevel: ["anonymous", "function", "admin"], methods: "texts", route: "text" },
  timertrigger: { schedule: "text", runOnStartup: "flag", useMonitor: "flag" },
  cosmosdbtrigger: {
    ...cosmos,
    ...{ leaseConnection: "text", leaseDatabaseName: "text", leaseContainerName: "text", leaseContainerPrefix: "text" },
    ...{ createLeaseContainerIfNotExists: "flag", leasesContainerThroughput: "whole", maxItemsPerInvocation: "whole" },
    ...{ feedPollDelay: "whole", leaseAcquireInterval: "whole", leaseExpirationInterval: "whole" },
    ...{ leaseRenewInterval: "whole", startFromBeginning: "flag", startFromTime: "text", changeFeedMode: "text" },
  },
  eventgridtrigger: { cardinality: ["one", "many"] },
  queuetrigger: queue,
  blobtrigger: { ...blob, source: "text" },
  warmuptrigger: {},
  orchestrationtrigger: { orchestration: "text" },
  activitytrigger: { activity: "text" },
  entitytrigger: { entityName: "text" },
  durableclient: { taskHub: "text", connectionName: "text" },
  "cosmosdb in": { ...cosmos, id: "text", partitionKey: "text", sqlQuery: "text" },
  "cosmosdb out": { ...cosmos, createIfNotExists: "flag", partitionKey: "text", containerThroughput: "whole" },
  "blob in": blob,
  "blob out": blob,
  "queue out": queue,
  "eventgrid out": { topicEndpointUri: "text", topicKeySetting: "text", connection: "text" },
  "http out": {},
};

/** Added by the library itself. */
const always = ["type", "direction", "name", "properties"];

/**
 * Refuses an unknown option, and a value that would be misread: `"true"` in place of a Boolean would count as false.
 * @param binding with its settings resolved. @throws Error that names the option
 */
export function checkBinding(binding: Binding): void {
  const type = binding.type.toLowerCase();
  const known = optionsOf[type] ?? optionsOf[`${type} ${binding.direction}`];
  if (known === undefined) return;
  for (const [name, value] of Object.entries(binding)) {
    if (value === undefined || value === null || always.includes(name)) continue;
    // The code that reads the binding says what to write instead.
    if (type.startsWith("cosmosdb") && isFormerName(name, binding)) continue;
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    const what = `the ${roleOf(binding)} "${binding.type}"`;
    if (kind === undefined) {
      const names = Object.keys(known);
      throw new Error(
        `${what} has no option "${name}"; ${names.length === 0 ? "it has none" : `it has ${names.join(", ")}`}.`,
      );
    }
    const wanted = whyNot(kind, value);
    if (wanted !== undefined) throw new Error(`${what}: "${name}" is ${JSON.stringify(value)}; it must be ${wanted}.`);
  }
  const unknown = type === "httptrigger" ? unknownMethod(binding.methods) : undefined;
  if (unknown !== undefined) throw new Error(`there is no method "${unknown}"; the methods are ${methods.join(", ")}.`);
}

const roleOf = ({ type, direction }: Binding): string =>
  /trigger$/i.test(type) ? "trigger" : direction === "out" ? "output" : "input";

function whyNot(kind: Kind, value: unknown): string | undefined {
  switch (kind) {
    case "text":
      return typeof value === "string" ? undefined : "a text";
    case "flag":
      return typeof value === "boolean" ? undefined : "true or false, not a string";
    case "whole":
      return Number.isInteger(value) ? undefined : "a whole number";
    case "texts":
      return Array.isArray(value) && value.every((each) => typeof each === "string") ? undefined : "a list of strings";
    default:
      return typeof value === "string" && kind.includes(value.toLowerCase()) ? undefined : `one of ${kind.join(", ")}`;
  }
}

const unknownMethod = (given: unknown): string | undefined =>
  Array.isArray(given) ? given.find((method) => !methods.includes(String(method).toUpperCase())) : undefined;

/** Refuses an invalid retry policy. @throws Error */
export function checkRetry(policy: RetryOptions | undefined): void {
  if (policy === undefined) return;
  const { strategy, maxRetryCount, delayInterval, minimumInterval, maximumInterval } = policy;
  const refuse = (why: string): never => {
    throw new Error(`its retry policy ${why}.`);
  };
  if (!Number.isInteger(maxRetryCount) || maxRetryCount < -1)
    refuse(
      `has the maxRetryCount ${JSON.stringify(maxRetryCount)}; it must be a whole number from 0, or -1 for no limit`,
    );
  const isLength = (length: typeof delayInterval) => length !== undefined && length.seconds >= 0;
  if (strategy === "fixedDelay") {
    if (!isLength(delayInterval)) refuse("needs a delayInterval that is not negative");
  } else if (strategy === "exponentialBackoff") {
    if (!isLength(minimumInterval) || !isLength(maximumInterval))
      refuse("needs a minimumInterval and a maximumInterval");
    if ((minimumInterval?.seconds ?? 0) > (maximumInterval?.seconds ?? 0))
      refuse("has a minimumInterval that is longer than its maximumInterval");
  } else refuse(`has the strategy ${JSON.stringify(strategy)}; use fixedDelay or exponentialBackoff`);
}
