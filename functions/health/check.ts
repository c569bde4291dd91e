import type { InvocationContext } from "@azure/functions";
import { containerNamed, containerNames } from "../platform/clients.ts";
import { settings } from "../platform/settings.ts";

/** All that the services write to, and `leases`, without which no change feed is heard; a test holds them against what is declared. */
const containers = [...containerNames, "leases"];
/** A part that has not answered by then, in milliseconds, counts as not answering. */
const patience = 5_000;

export interface Health {
  status: "healthy" | "unhealthy";
  parts: Record<"settings" | "cosmos", { ok: boolean; detail?: string }>;
  now: string;
}

/** Whether this instance can do its work. Why it cannot goes to the log in full, and to the caller without any value of a setting. */
export async function checkHealth(log: Pick<InvocationContext, "error">): Promise<Health> {
  const parts: Health["parts"] = { settings: { ok: true }, cosmos: { ok: true } };
  try {
    settings();
  } catch (error) {
    log.error(error);
    parts.settings = {
      ok: false,
      detail: "The settings are not complete; the log names each that is missing or wrong.",
    };
  }
  try {
    const abortSignal = AbortSignal.timeout(patience);
    await Promise.all(containers.map(async (name) => (await containerNamed(name)).read({ abortSignal })));
  } catch (error) {
    log.error(error);
    parts.cosmos = { ok: false, detail: "Cosmos DB does not answer, or a container is missing; the log says which." };
  }
  const ok = Object.values(parts).every((part) => part.ok);
  return { status: ok ? "healthy" : "unhealthy", parts, now: new Date().toISOString() };
}
