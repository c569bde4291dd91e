import { parentPort, workerData } from "node:worker_threads";
import { goWithoutSockets } from "../../../../local/kernel/near/agents.ts";
import { askingEnd } from "../../../../local/kernel/near/between-threads.ts";
import { newAgent, observe, refused } from "./cases.ts";

/** A thread as the application's: makes every request and tells what it saw. */
const { server, nobody, sockets } = workerData as { server: number; nobody: number; sockets: boolean };
const asking = askingEnd((message) => parentPort?.postMessage(message));
parentPort?.on("message", asking.receive);
if (!sockets) goWithoutSockets([`127.0.0.1:${server}`, `127.0.0.1:${nobody}`], asking.carry);
const agent = newAgent();
const seen = [...(await observe(server, agent)), ...(await observe(nobody, agent, refused))];
parentPort?.postMessage({ seen });
