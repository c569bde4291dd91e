import { type InTurn, inTurn } from "./in-turn.ts";
import { BenchStand } from "./stand.ts";
import type { Tell } from "./tell.ts";

/** The cost of calling the services over sockets, compared with a system that calls them in-process. */
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
