import type { InvocationContext } from "@azure/functions";
import { containerNamed, containerNames } from "../platform/clients.ts";
import { settings } from "../platform/settings.ts";

/** The containers of the services, and `leases`, which the change feed triggers need. A test compares them with the declared ones. */
const containers = [...containerNames, "leases"];
/** The time-out for each check, in ms. */
const patience = 5_000;

export interface Health {
  status: "healthy" | "unhealthy";
  parts: Record<"settings" | "cosmos", { ok: boolean; detail?: string }>;
  now: string;
}

/** Checks whether this instance can work. The log gets the full reasons; the reply contains no values of settings. */
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
