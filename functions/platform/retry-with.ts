import { type Plugin, type PluginConfig, PluginOn } from "@azure/cosmos";

/**
 * The status of a write that came across another one of the same document. Nothing was written, and it is to be sent again.
 * @see https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb
 */
export const retryWith = 449;

/** The pauses before the next tries, in ms. The gateway has tried for a while before it answers with this status, so that many more would not help. */
const pauses = [10, 40, 160];

/** Waits before another try of a write. At random, so that the writers do not meet again. @returns false if it was tried often enough */
export async function mayRetryWith(tried: number): Promise<boolean> {
  const pause = pauses[tried];
  if (pause === undefined) return false;
  await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  return true;
}

/** The Cosmos DB client does not retry by itself after this status, and there is no other mode than by way of the gateway. */
const again: Plugin<unknown> = async (request, _diagnostics, next) => {
  for (let tried = 0; ; tried++) {
    try {
      return await next(request);
    } catch (error) {
      if ((error as { code?: unknown }).code !== retryWith || !(await mayRetryWith(tried))) throw error;
    }
  }
};

/** Repeats writes that met another one. To be the last plugin, since the client calls those after it for the first try only. */
export const retriesWith: PluginConfig = { on: PluginOn.request, plugin: again };
