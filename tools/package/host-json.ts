const durableBackends = ["storage", "scheduler"] as const;
export type DurableBackend = (typeof durableBackends)[number];

interface HostJson {
  extensions: { durableTask: { hubName: string; storageProvider: Record<string, unknown> } };
}

/**
 * The application's host.json for a backend of Durable Functions. The build chooses it, because the platform reads the packaged file to scale: with
 * an app setting, one backend would run while the scaling watches the other.
 */
export function hostJsonFor<T extends HostJson>(host: T, backend: DurableBackend): T {
  if (backend === "storage") return host;
  const storageProvider = { type: "azureManaged", connectionStringName: "DURABLE_TASK_SCHEDULER" };
  return {
    ...host,
    extensions: { ...host.extensions, durableTask: { ...host.extensions.durableTask, storageProvider } },
  };
}

/** Reads the azd environment's choice. @throws Error that lists the choices */
export function durableBackendOf(env: Record<string, string | undefined>): DurableBackend {
  const chosen = env.DURABLE_BACKEND || "storage";
  const found = durableBackends.find((backend) => backend === chosen);
  if (found === undefined)
    throw new Error(`DURABLE_BACKEND must be ${durableBackends.join(" or ")}; it is "${chosen}".`);
  return found;
}
