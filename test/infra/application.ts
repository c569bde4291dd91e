import { join } from "node:path";
import { type Extension, mainWith } from "../../infra/extensions.ts";
import { AppThread } from "../../local/functions/app-thread.ts";
import type { RegisteredFunction } from "../../local/functions/protocol.ts";
import { ServiceClock } from "../../local/kernel/clock.ts";
import { silentLog } from "../../local/kernel/log.ts";

const root = join(import.meta.dirname, "../..");

/** Loads the core, with some extensions or none, as the Functions host does, and returns the functions that they register. It is given no settings: it must not need any for that. */
export async function registeredFunctions(extensions: readonly Extension[] = []): Promise<RegisteredFunction[]> {
  const thread = new AppThread({
    root,
    main: mainWith(extensions),
    clock: new ServiceClock({}).shared,
    hostVersion: "4.0.0",
    env: {},
    log: silentLog,
    onLog: () => undefined,
    transpile: false,
    services: [],
    near: [],
    trusted: [],
  });
  try {
    return (await thread.loaded).functions;
  } finally {
    await thread.kill("its functions are known");
  }
}

/** The trigger among a function's bindings. @throws Error when it has none */
export function triggerOf(registered: RegisteredFunction): RegisteredFunction["bindings"][string] {
  const trigger = Object.values(registered.bindings).find(({ type }) => /trigger$/i.test(type));
  if (trigger === undefined) throw new Error(`${registered.name} has no trigger.`);
  return trigger;
}
