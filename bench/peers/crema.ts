import { Measured } from "../durable-client.ts";
import { cycles, type Engine, wakes } from "./cycles.ts";
import type { Side } from "./side.ts";

/** The local Azure with unmodified durable-functions, in a process of its own, over HTTP. */
export const crema: Side = {
  name: "local Azure",
  durability: "own log on disk, fsync before an answer, one for all that came meanwhile",
  reached: "HTTP",
  async open() {
    const measured = await Measured.start();
    const engine: Engine = {
      start: (id) => measured.startInstance("cycle", { id }),
      wake: (id) => measured.wake(id),
      ended: (id) => measured.ended(id),
    };
    return {
      cycles: (name, count, atOnce) => cycles(engine, name, count, atOnce),
      wakes: (name, count, atOnce, rest) => wakes(engine, name, count, atOnce, rest),
      close: () => measured.stop(),
    };
  },
};
