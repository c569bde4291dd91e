import { type InTurn, inTurn } from "./in-turn.ts";
import { BenchStand } from "./stand.ts";

/** What recording costs, beside a system that does not record. */
export const recordingCost = (how: InTurn): Promise<void> =>
  inTurn(
    "recording",
    { with: () => BenchStand.open(how.customers, "on"), without: () => BenchStand.open(how.customers, "off") },
    how,
  );
