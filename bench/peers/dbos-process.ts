import { createInterface } from "node:readline";
import { cycles, type Engine, monotonic, Waiting, wakes } from "./cycles.ts";
import { fromPeers } from "./packages.ts";

/** DBOS, its workflow, and the driver that calls it. Commands arrive as lines on standard input; answers are lines of JSON. */
interface Dbos {
  setConfig(config: object): void;
  launch(): Promise<void>;
  workflowID: string;
  registerWorkflow<T>(workflow: () => Promise<T>, options: { name: string }): () => Promise<T>;
  startWorkflow<T>(workflow: () => Promise<T>, options: { workflowID: string }): () => Promise<unknown>;
  send(id: string, message: unknown, topic: string): Promise<void>;
  recv(topic: string, seconds: number): Promise<unknown>;
  runStep<T>(step: () => Promise<T>, options: { name: string }): Promise<T>;
}
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
const { DBOS } = fromPeers("@dbos-inc/dbos-sdk") as { DBOS: Dbos };
const waiting = new Waiting();

const cycle = DBOS.registerWorkflow(
  async () => {
    const id = DBOS.workflowID;
    await DBOS.recv("wake", 3600);
    await DBOS.runStep(
      async () => {
        const at = monotonic();
        waiting.tellMark(id, at);
        return at;
      },
      { name: "mark" },
    );
    waiting.tellEnd(id);
  },
  { name: "cycle" },
);

const engine: Engine = {
  async start(id) {
    await DBOS.startWorkflow(cycle, { workflowID: id })();
  },
  async wake(id) {
    const marked = waiting.marked(id);
    const from = monotonic();
    await DBOS.send(id, { from }, "wake");
    return (await marked) - from;
  },
  ended: (id) => waiting.ended(id),
};

try {
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: process.env.DBOS_DATABASE_URL,
    systemDatabasePoolSize: 20,
    runAdminServer: false,
    logLevel: "error",
  });
  await DBOS.launch();
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, name = "", count, atOnce, rest] = line.split(" ");
    if (command === "cycles") say({ rate: await cycles(engine, name, Number(count), Number(atOnce)) });
    if (command === "wakes") say({ times: await wakes(engine, name, Number(count), Number(atOnce), Number(rest)) });
  }
} catch (error) {
  say({ failed: (error as Error).message });
}
process.exit(0);
