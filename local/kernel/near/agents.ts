import { Agent, type AgentOptions, type ClientRequest } from "node:http";
import { UnderWay } from "../under-way.ts";
import { isPlain, takeRequest, type Wanted } from "./client.ts";
import type { Carry, Connections } from "./protocol.ts";
import { isNear, takeNear } from "./server.ts";

type AddRequest = (request: ClientRequest, options: Wanted, ...more: unknown[]) => void;

const prototype = Agent.prototype as unknown as { addRequest: AddRequest };

/**
 * Sends this thread's requests to some hosts (`127.0.0.1:8081`) without a connection, whichever code makes them: Node's client asks an agent for a
 * connection, and this changes all agents. Requests over https, by an agent of a special kind, or to other hosts are not affected.
 */
export function goWithoutSockets(hosts: readonly string[], carry: Carry): void {
  const near = new Set(hosts);
  const { addRequest } = prototype;
  prototype.addRequest = function (this: Agent, request, options, ...more) {
    const otherwise = () => Reflect.apply(addRequest, this, [request, options, ...more]);
    const { host, port, socketPath } = options;
    if (socketPath || request.protocol !== "http:" || !near.has(`${host}:${port}`) || !isPlain(this)) otherwise();
    else takeRequest(request, Number(port), carry, otherwise);
  };
}

/** An agent for requests to servers that may be in this thread. */
export const agentFor = (connections: Connections | undefined, options: AgentOptions): Agent =>
  connections === "sockets" ? new Agent(options) : new NearAgent(options);

/** An agent for servers of this thread: those that listen in this thread are called without a connection, all others as by any agent. */
class NearAgent extends Agent {
  readonly #underWay = new UnderWay<ClientRequest>();

  addRequest(request: ClientRequest, options: Wanted, ...more: unknown[]): void {
    const otherwise = () => Reflect.apply(prototype.addRequest, this, [request, options, ...more]);
    const { host, port, socketPath } = options;
    if (socketPath || host !== "127.0.0.1" || !isNear(Number(port))) otherwise();
    else {
      const number = this.#underWay.add(request);
      request.once("close", () => this.#underWay.take(number));
      takeRequest(request, Number(port), carryHere, otherwise);
    }
  }

  /** Closes its connections, and ends requests without one. */
  override destroy(): void {
    super.destroy();
    for (const request of this.#underWay.pieces()) request.destroy();
  }
}

/** The response arrives in a turn of its own, as from a network, so that the server never calls the client directly. */
const carryHere: Carry = (port, message, asker) =>
  takeNear(port, message, {
    answered: (answer) => process.nextTick(() => asker.answered(answer)),
    broken: (how, begun) => process.nextTick(() => asker.broken(how, begun)),
  });
