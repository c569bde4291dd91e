import type { AppSettings } from "../kernel/app-settings.ts";
import { hostValue, readHostFile } from "../kernel/host-json.ts";
import type { JsonFile } from "../kernel/json-file.ts";
import { hostJsonWarnings } from "./host-json-review.ts";
import type { LogLevelName } from "./protocol.ts";
import { type BlobOptions, type QueueOptions, readBlobOptions, readQueueOptions } from "./storage/options.ts";
import { timeSpan } from "./time-span.ts";

/** The settings of an application's host.json that this host follows. */
export interface HostConfig {
  /** Prefix of HTTP routes, without slashes; may be empty. */
  routePrefix: string;
  /** The maximum duration of an invocation in ms, or `undefined` for no limit. */
  functionTimeout: number | undefined;
  /** Whether an entry of a log category is written. */
  logs(category: string, level: LogLevelName): boolean;
  /** The options for reading queues and blobs. */
  queues: QueueOptions;
  blobs: BlobOptions;
  /** Warnings at the start about settings without effect. */
  warnings: string[];
}

const levels: readonly string[] = ["trace", "debug", "information", "warning", "error", "critical", "none"];
const defaultTimeout = 30 * 60_000;

/**
 * Reads host.json from the application's root, with the settings that take precedence over it.
 * @throws Error if it is missing, is not JSON, or has an invalid value.
 */
export function readHostJson(root: string, settings: AppSettings = {}): HostConfig {
  const { path, value: json, lenient, withoutEffect } = readHostFile(root, settings);
  const prefix = hostValue(json, "extensions", "http", "routePrefix") ?? "api";
  if (typeof prefix !== "string") throw new Error(`${path}: extensions.http.routePrefix must be a string.`);
  return {
    routePrefix: prefix.replace(/^\/+|\/+$/g, ""),
    functionTimeout: readTimeout(path, hostValue(json, "functionTimeout")),
    logs: readLevels(path, hostValue(json, "logging", "logLevel")),
    queues: readQueueOptions(path, (name) => hostValue(json, "extensions", "queues", name)),
    blobs: readBlobOptions(path, (name) => hostValue(json, "extensions", "blobs", name)),
    warnings: [...lenientWarnings(lenient), ...settingWarnings(withoutEffect), ...hostJsonWarnings(json)],
  };
}

/** Core Tools reads such a file. Deployment tools and Azure may not, without any message. */
function lenientWarnings(lenient: JsonFile["lenient"]): string[] {
  if (lenient.length === 0) return [];
  return [
    `host.json has ${lenient.join(" and ")}. The local Azure and Core Tools can read that; on Azure the file can fail without a message, and its settings then have no effect. Make it plain JSON.`,
  ];
}

function settingWarnings(withoutEffect: readonly string[]): string[] {
  if (withoutEffect.length === 0) return [];
  return [
    `These settings do not change host.json: ${withoutEffect.join(", ")}. Only a value can be set, not a whole section or the version.`,
  ];
}

function readTimeout(path: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return defaultTimeout;
  if (value === "-1") return undefined;
  const length = timeSpan(String(value));
  if (length > 0) return length;
  throw new Error(`${path}: functionTimeout ${JSON.stringify(value)} must be like "00:10:00", or "-1".`);
}

/** The longest entry that is a prefix of the category decides. Without any, entries from `information` on are written. */
function readLevels(path: string, value: unknown): HostConfig["logs"] {
  const rules = Object.entries((value ?? {}) as Record<string, unknown>).map(([category, level]) => {
    const rank = levels.indexOf(String(level).toLowerCase());
    if (rank === -1) throw new Error(`${path}: logging.logLevel.${category} must be one of ${levels.join(", ")}.`);
    return { category: category.toLowerCase(), rank };
  });
  rules.sort((a, b) => b.category.length - a.category.length);
  const fallback = rules.find(({ category }) => category === "default")?.rank ?? levels.indexOf("information");
  const known = new Map<string, number>();
  return (category, level) => {
    let least = known.get(category);
    if (least === undefined) {
      const name = `${category.toLowerCase()}.`;
      least = rules.find((rule) => name.startsWith(`${rule.category}.`))?.rank ?? fallback;
      known.set(category, least);
    }
    return levels.indexOf(level) >= least && least !== levels.indexOf("none");
  };
}
