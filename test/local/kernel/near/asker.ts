import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { goWithoutSockets } from "../../../../local/kernel/near/agents.ts";
import { carryByPort } from "../../../../local/kernel/near/by-port.ts";
import { newAgent, observe, refused } from "./cases.ts";

/** A thread as the application's: makes every request and tells what it saw. */
const { server, nobody, port } = workerData as { server: number; nobody: number; port: MessagePort | undefined };
if (port !== undefined) goWithoutSockets([`127.0.0.1:${server}`, `127.0.0.1:${nobody}`], carryByPort(port));
const agent = newAgent();
const seen = [...(await observe(server, agent)), ...(await observe(nobody, agent, refused))];
parentPort?.postMessage({ seen, sockets: Object.keys(agent.freeSockets).length });
agent.destroy();
