import { AsyncLocalStorage } from "node:async_hooks";
import { sayCauses } from "../../kernel/near/say-causes.ts";

interface Cause {
  readonly span: number;
  readonly services: ReadonlySet<string>;
}

const current = new AsyncLocalStorage<Cause>();
let says = false;

/**
 * Runs what sends requests for an invocation. Those to the services (hosts with their ports) name its span as their cause, whichever client sends them.
 * @param span the id of the span; 0 if nothing is recorded
 */
export function causedBy<T>(span: number, services: ReadonlySet<string>, run: () => T): T {
  if (span === 0) return run();
  // Once in a thread, for all applications in it: requests from anywhere else are not changed.
  if (!says)
    sayCauses(
      (host) => current.getStore()?.services.has(host) ?? false,
      () => current.getStore()?.span,
    );
  says = true;
  return current.run({ span, services }, run);
}
