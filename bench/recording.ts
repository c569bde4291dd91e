import { type InTurn, inTurn } from "./in-turn.ts";
import { BenchStand } from "./stand.ts";
import type { Tell } from "./tell.ts";

/** The cost of recording, compared with a system that does not record. */
export const recordingCost = (how: InTurn, tell?: Tell) =>
  inTurn(
    "recording",
    { with: () => BenchStand.open(how.customers, "on"), without: () => BenchStand.open(how.customers, "off") },
    how,
    tell,
  );
