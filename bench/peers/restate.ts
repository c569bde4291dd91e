import { Agent } from "node:http";
import { join } from "node:path";
import { post } from "../post.ts";
import { freePorts, Started } from "../started.ts";
import { cycles, type Engine, monotonic, Waiting, wakes } from "./cycles.ts";
import { fromPeers, versions } from "./packages.ts";
import type { Side } from "./side.ts";

/** Restate's server with its defaults, and a service with its TypeScript SDK in a process of its own. */
export const restate: Side = {
  name: `Restate ${versions["@restatedev/restate-server"]}, SDK ${versions["@restatedev/restate-sdk"]}`,
  durability: "own log on disk (RocksDB), fsync of it before an answer: its default",
  reached: "HTTP",
  async open() {
    const [service = 0, ingress = 0] = await freePorts(2);
    const waiting = new Waiting();
    const { server, admin } = await startRestate(ingress);
    const worker = new Started(process.execPath, () => [
      join(import.meta.dirname, "restate-service.ts"),
      String(service),
    ]);
    const close = async () => {
      await worker.close();
      await server.close();
    };
    try {
      const listens = new Promise<void>((resolve) =>
        worker.onLine((line: { ready?: true; marked?: string; at: number; ended?: string }) => {
          if (line.ready) resolve();
          if (line.marked !== undefined) waiting.tellMark(line.marked, line.at);
          if (line.ended !== undefined) waiting.tellEnd(line.ended);
        }),
      );
      await worker.while(listens);
      await server.answers(`http://127.0.0.1:${admin}/health`, undefined, (status) => status === 200);
      const agent = new Agent({ keepAlive: true, maxSockets: 50 });
      const registered = { uri: `http://127.0.0.1:${service}` };
      await post(new URL(`http://127.0.0.1:${admin}/deployments`), agent, registered, 201);
      const at = (id: string, handler: string) => new URL(`http://127.0.0.1:${ingress}/cycle/${id}/${handler}`);
      const engine: Engine = {
        start: (id) => post(at(id, "run/send"), agent, null, 202),
        async wake(id) {
          const marked = waiting.marked(id);
          const from = monotonic();
          await post(at(id, "wake/send"), agent, { from }, 202);
          return (await marked) - from;
        },
        ended: (id) => waiting.ended(id),
      };
      return {
        cycles: (name, count, atOnce) => worker.while(cycles(engine, name, count, atOnce)),
        wakes: (name, count, atOnce, rest) => worker.while(wakes(engine, name, count, atOnce, rest)),
        async close() {
          agent.destroy();
          await close();
        },
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

/** The server alone, with default settings except for addresses and telemetry. */
export async function startRestate(ingress: number): Promise<{ server: Started; admin: number }> {
  const [admin = 0, node = 0] = await freePorts(2);
  const server = new Started(restateProgram(), (data) => ["--base-dir", data, "--node-name", "bench"], {
    env: {
      ...process.env,
      RESTATE_LISTEN_MODE: "tcp",
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_DISABLE_TELEMETRY: "true",
    },
  });
  return { server, admin };
}

/** The program itself, without the script that locates it. */
function restateProgram(): string {
  const platform = process.platform === "win32" ? "win32" : process.platform;
  return fromPeers.resolve(`@restatedev/restate-server-${platform}-${process.arch}/bin/restate-server`);
}
