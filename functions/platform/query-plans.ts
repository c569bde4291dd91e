import { type Plugin, type PluginConfig, PluginOn } from "@azure/cosmos";

/**
 * The Cosmos DB client requests a query plan with every query, in case the service refuses to run it without one. A query within one partition never
 * needs a plan. There, the request would cost time and request units for nothing.
 */
const withoutNeedlessPlans: Plugin<unknown> = async (request, _diagnostics, next) => {
  const { headers, options } = request as { headers?: Record<string, unknown>; options?: { partitionKey?: unknown } };
  const isPlan = headers?.["x-ms-cosmos-is-query-plan-request"] === "True";
  // The client keeps this error, and throws it if it needs the plan after all.
  if (isPlan && options?.partitionKey !== undefined) throw new Error("No plan is asked for within one partition.");
  return next(request);
};

/** With this plugin, query plans are requested only for cross-partition queries. */
export const fewerPlans: PluginConfig = { on: PluginOn.request, plugin: withoutNeedlessPlans };
