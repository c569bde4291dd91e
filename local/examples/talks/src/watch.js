import * as df from "durable-functions";

const interval = 10 * 60_000;
const failuresAllowed = 3;

/** Looks at an address for ever, and says in its custom status how that is. */
export function* watch(context) {
  const { address, failures = 0 } = context.df.getInput();
  const answered = yield context.df.callActivity("checkAddress", address);
  const inARow = answered ? 0 : failures + 1;
  context.df.setCustomStatus({ address, state: inARow >= failuresAllowed ? "down" : "up", failures: inARow });
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + interval));
  // A generation of its own for each look, so that the history does not grow.
  context.df.continueAsNew({ address, failures: inARow });
}

df.app.orchestration("watch", watch);

df.app.activity("checkAddress", {
  handler: async (address) => {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
      return response.ok;
    } catch {
      return false;
    }
  },
});
