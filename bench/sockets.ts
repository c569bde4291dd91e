import { type InTurn, inTurn } from "./in-turn.ts";
import { BenchStand } from "./stand.ts";
import type { Tell } from "./tell.ts";

/** What it costs to ask the services by sockets, beside a system in which requests are handed over. */
export const socketsCost = (how: InTurn, tell?: Tell) =>
  inTurn(
    "asking by sockets",
    {
      with: () => BenchStand.open(how.customers, "on", "sockets"),
      without: () => BenchStand.open(how.customers),
    },
    how,
    tell,
  );
