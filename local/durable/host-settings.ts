import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DurableOptions } from "./index.ts";

/** The settings of `extensions.durableTask` in an application's host.json that the local engine goes by. */
export function durableOptionsOf(root: string): DurableOptions {
  const host = JSON.parse(readFileSync(join(root, "host.json"), "utf8")) as {
    extensions?: { durableTask?: Record<string, unknown> };
  };
  const settings = host.extensions?.durableTask ?? {};
  const { hubName, maxConcurrentActivityFunctions, maxConcurrentOrchestratorFunctions, defaultVersion } = settings;
  return {
    ...(typeof hubName === "string" ? { hubName } : {}),
    ...(typeof maxConcurrentActivityFunctions === "number"
      ? { maxConcurrentActivities: maxConcurrentActivityFunctions }
      : {}),
    ...(typeof maxConcurrentOrchestratorFunctions === "number"
      ? { maxConcurrentOrchestrators: maxConcurrentOrchestratorFunctions }
      : {}),
    ...(typeof defaultVersion === "string" ? { defaultVersion } : {}),
  };
}
