import { reviewDurableSettings } from "../durable/host-settings.ts";

/** Top-level settings of host.json version 2.0, in lower case, that this host follows or that have no meaning on one machine. */
const fine = new Set([
  ...["$schema", "version", "functiontimeout", "logging", "extensions", "watchdirectories", "watchfiles"],
  ...["extensionbundle", "aggregator", "concurrency", "healthmonitor", "singleton", "languageworker", "telemetrymode"],
  ...["manageddependency", "sendcanceledinvocationstoworker", "configurationprofile"],
]);
/** Settings that change on Azure what the application sees, but not here. */
const topNotFollowed = new Set(["functions", "retry", "customhandler"]);
const knownExtensions = new Set([
  ...["http", "durabletask", "cosmosdb", "eventgrid", "eventhubs", "servicebus", "queues", "blobs", "tables", "kafka"],
  ...["sendgrid", "signalr", "webpubsub", "mysql", "sql", "redis", "rabbitmq", "dapr", "warmup", "mcp", "connector"],
]);
const httpFine = new Set(["routeprefix"]);
const httpNotFollowed = new Set([
  ...["hsts", "customheaders", "maxconcurrentrequests", "maxoutstandingrequests", "dynamicthrottlesenabled"],
]);
const queuesFine = new Set([
  "batchsize",
  "newbatchthreshold",
  "maxdequeuecount",
  "visibilitytimeout",
  "maxpollinginterval",
  "messageencoding",
]);
const blobsFine = new Set(["maxdegreeofparallelism", "poisonblobthreshold"]);

/**
 * The settings of a host.json without effect: those that are unknown (misspelt, or of an old version), and those that Azure follows and this host
 * does not. Names are paths such as `extensions.http.hsts`, compared without case as in the real host.
 */
function reviewHostJson(json: unknown): { unknown: string[]; notFollowed: string[] } {
  const unknown: string[] = [];
  const notFollowed: string[] = [];
  const sort = (prefix: string, settings: Record<string, unknown>, known: Set<string>, ignored: Set<string>) => {
    for (const name of Object.keys(settings)) {
      if (ignored.has(name.toLowerCase())) notFollowed.push(`${prefix}${name}`);
      else if (!known.has(name.toLowerCase())) unknown.push(`${prefix}${name}`);
    }
  };
  const top = entriesOf(json);
  sort("", top, fine, topNotFollowed);
  const extensions = entriesOf(member(top, "extensions"));
  sort("extensions.", extensions, knownExtensions, new Set());
  sort("extensions.http.", entriesOf(member(extensions, "http")), httpFine, httpNotFollowed);
  sort("extensions.queues.", entriesOf(member(extensions, "queues")), queuesFine, new Set());
  sort("extensions.blobs.", entriesOf(member(extensions, "blobs")), blobsFine, new Set());
  const durable = reviewDurableSettings(entriesOf(member(extensions, "durableTask")));
  unknown.push(...durable.unknown.map((name) => `extensions.durableTask.${name}`));
  notFollowed.push(...durable.notFollowed.map((name) => `extensions.durableTask.${name}`));
  return { unknown, notFollowed };
}

/** Warnings about a host.json, as lines for the log; none if all of it is followed. */
export function hostJsonWarnings(json: unknown): string[] {
  const { unknown, notFollowed } = reviewHostJson(json);
  const say = (names: string[], text: string) =>
    names.length === 0 ? [] : [`host.json: ${text}: ${names.join(", ")}`];
  return [
    ...say(unknown, "unknown settings, which have no effect (misspelt, or from another version?)"),
    ...say(notFollowed, "settings that Azure follows, but the local host does not"),
  ];
}

const entriesOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const member = (value: Record<string, unknown>, name: string): unknown =>
  Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
