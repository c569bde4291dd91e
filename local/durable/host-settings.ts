import { type AppSettings, settingOf, unfindable } from "../kernel/app-settings.ts";
import { readHostFile, wholeInText } from "../kernel/host-json.ts";
import type { DurableOptions } from "./index.ts";

/** Settings of `extensions.durableTask` that Azure knows and that have no effect here: they concern its storage, hosts and diagnostics. */
const withoutMeaning = [
  "storageProvider",
  "tracing",
  "traceInputsAndOutputs",
  "traceReplayEvents",
  "logReplayEvents",
  "localRpcEndpointEnabled",
  "extendedSessionsEnabled",
  "extendedSessionIdleTimeoutInSeconds",
  "useGracefulShutdown",
  "useAppLease",
  "appLeaseOptions",
  "useTablePartitionManagement",
  "entityMessageReorderWindowInMinutes",
  "maxGrpcMessageSizeInBytes",
  "grpcHttpClientTimeout",
  "storeInputsInOrchestrationHistory",
];

/** Settings that change on Azure what an application sees, but not here. */
const notFollowed = [
  "notifications",
  "overridableExistingInstanceStates",
  "rollbackEntityOperationsOnExceptions",
  "throwStatusExceptionsOnRaiseEvent",
  "versionMatchStrategy",
  "versionFailureStrategy",
];

const followed = [
  "hubName",
  "maxConcurrentActivityFunctions",
  "maxConcurrentOrchestratorFunctions",
  "maxConcurrentEntityFunctions",
  "maxEntityOperationBatchSize",
  "maxOrchestrationActions",
  "httpSettings",
  "defaultVersion",
];

/** The settings under `extensions.durableTask` that Azure does not know, and those that have an effect on Azure but not here. */
export function reviewDurableSettings(settings: Record<string, unknown>): { unknown: string[]; notFollowed: string[] } {
  const has = (names: readonly string[], name: string) => names.some((known) => sameName(known, name));
  const names = Object.keys(settings);
  const http = member(settings, "httpSettings");
  const polling = "defaultAsyncRequestSleepTimeMilliseconds";
  const inHttp = isObject(http) ? Object.keys(http).filter((name) => !sameName(name, polling)) : [];
  return {
    unknown: [
      ...names.filter((name) => !has([...followed, ...withoutMeaning, ...notFollowed], name)),
      ...inHttp.map((name) => `httpSettings.${name}`),
    ],
    notFollowed: [
      ...names.filter((name) => has(notFollowed, name)),
      ...otherStorage(member(settings, "storageProvider")),
    ],
  };
}

/** This engine behaves as Azure Storage does. The other providers (`mssql`, `netherite`, `azureManaged`) have their own rules. */
function otherStorage(provider: unknown): string[] {
  const type = member(provider, "type");
  return type === undefined || String(type).toLowerCase() === "azurestorage" ? [] : ["storageProvider.type"];
}

/**
 * The settings of `extensions.durableTask` in an application's host.json that the local engine follows. Names are compared without case, as in the
 * host. `settings` are the application's own: some take precedence over host.json, and a value such as `%TaskHub%` names one.
 * @throws Error with the file, the setting, its value and what it must be.
 */
export function durableOptionsOf(root: string, settings: AppSettings = {}): DurableOptions {
  const { path, value: host } = readHostFile(root, settings);
  const given = member(member(host, "extensions"), "durableTask");
  const wrong = (name: string, value: unknown, right: string) =>
    new Error(`${path}: extensions.durableTask.${name} is ${JSON.stringify(value)}; it must be ${right}.`);
  if (given !== undefined && !isObject(given)) {
    throw new Error(`${path}: extensions.durableTask must be an object with settings.`);
  }
  const count = (name: string, value = member(given, name)): number | undefined => {
    if (value === undefined) return undefined;
    const number = wholeInText(value);
    if (typeof number !== "number" || !Number.isInteger(number) || number < 1)
      throw wrong(name, value, "a whole number from 1");
    return number;
  };
  const text = (name: string, from: unknown = given): string | undefined => {
    const value = member(from, name);
    if (value === undefined) return undefined;
    if (typeof value !== "string") throw wrong(name, value, "text");
    return value.replace(/%([^%]+)%/g, (whole, setting: string) => {
      const found = settingOf(settings, setting);
      if (found === undefined) {
        const { message } = wrong(name, whole, `the name of an existing setting: the application has no '${setting}'`);
        throw new Error(`${message}${unfindable(setting)}`);
      }
      return found;
    });
  };
  const storage = member(given, "storageProvider");
  const hubName = text("hubName");
  if (hubName !== undefined && !/^[A-Za-z][A-Za-z0-9]{2,44}$/.test(hubName))
    throw wrong("hubName", hubName, "3 to 45 letters and digits, a letter first");
  const polling = "defaultAsyncRequestSleepTimeMilliseconds";
  return defined({
    hubName,
    connectionName: text("connectionName", storage) ?? text("connectionStringName", storage),
    defaultVersion: text("defaultVersion"),
    maxConcurrentActivities: count("maxConcurrentActivityFunctions"),
    maxConcurrentOrchestrators: count("maxConcurrentOrchestratorFunctions"),
    maxConcurrentEntities: count("maxConcurrentEntityFunctions"),
    maxEntityBatch: count("maxEntityOperationBatchSize"),
    maxActions: count("maxOrchestrationActions"),
    httpPollingInterval: count(`httpSettings.${polling}`, member(member(given, "httpSettings"), polling)),
  });
}

type Defined<T> = { [key in keyof T]?: Exclude<T[key], undefined> };

const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function member(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  return Object.entries(value).find(([key]) => sameName(key, name))?.[1];
}
