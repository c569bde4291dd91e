import { createRequire } from "node:module";
import { join } from "node:path";
import type { EntityContext, OrchestrationContext } from "durable-functions";

/** A trigger's function, which the SDK makes from a handler. */
export type Trigger = (data: unknown, context: object) => Promise<unknown>;

/** The parts of `durable-functions` that replay an orchestration and run an entity. */
export interface Sdk {
  createOrchestrator(handler: (context: OrchestrationContext) => Generator<unknown, unknown, never>): Trigger;
  createEntityFunction(handler: (context: EntityContext<unknown>) => void): Trigger;
  DummyOrchestrationContext: new (name: string, id: string, log: () => void) => object;
  DummyEntityContext: new (name: string, id: string, log: () => void) => object;
}

/**
 * The SDK of the project whose tests run. It has to be the same copy that the handlers import, since it recognizes its own tasks by their class.
 * These parts of the SDK need no functions host, so earlier imports do not matter.
 * @throws Error if the folder's project does not have the package.
 */
export function loadSdk(folder: string): Sdk {
  const require = createRequire(join(folder, "package.json"));
  try {
    return require("durable-functions/lib/src/util/testingUtils.js") as Sdk;
  } catch (error) {
    throw new Error(
      `durable-functions 3 cannot be loaded from ${folder}: ${(error as Error).message.split("\n")[0]}. Run the tests in the application's project, or name its folder: { app: "path" }.`,
      { cause: error },
    );
  }
}
