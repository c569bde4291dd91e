import type { MessagePort } from "node:worker_threads";
import type { Asker, Carry, Message, ToAsker, ToServers } from "./protocol.ts";
import { takeNear } from "./server.ts";

/** Bodies of this many bytes and more are handed over; the copy of a smaller one costs less. */
const worthHandingOver = 32 * 1024;

/** Posts the messages of one turn together: a message costs far more than what is in it. */
class Together<T extends ToServers | ToAsker> {
  readonly #port: MessagePort;
  #waiting: T[] = [];
  #handedOver: ArrayBuffer[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  send(message: T, body?: Message["body"]): void {
    if (body instanceof Uint8Array && body.byteLength >= worthHandingOver)
      this.#handedOver.push(body.buffer as ArrayBuffer);
    if (this.#waiting.push(message) === 1) setImmediate(() => this.#post());
  }

  #post(): void {
    const [messages, handedOver] = [this.#waiting, this.#handedOver];
    this.#waiting = [];
    this.#handedOver = [];
    this.#port.postMessage(messages, handedOver);
  }
}

/** Bytes in memory of their own: those of a small Buffer lie among others, and all of that would be copied. */
const alone = (message: Message): Message =>
  message.body instanceof Uint8Array ? { head: message.head, body: new Uint8Array(message.body) } : message;

/** For the application's thread: carries requests to the servers behind a port. */
export function carryByPort(port: MessagePort): Carry {
  const waiting = new Map<number, Asker>();
  const outgoing = new Together<ToServers>(port);
  let last = 0;
  port.on("message", (messages: ToAsker[]) => {
    for (const message of messages) {
      const asker = waiting.get(message.id);
      waiting.delete(message.id);
      if (waiting.size === 0) port.unref();
      if ("answer" in message) asker?.answered(message.answer);
      else asker?.broken(message.broken, message.begun);
    }
  });
  port.unref();
  return (at, message, asker) => {
    const id = ++last;
    const request = alone(message);
    waiting.set(id, asker);
    if (waiting.size === 1) port.ref();
    outgoing.send({ id, port: at, request }, request.body);
    return () => {
      if (!waiting.delete(id)) return;
      if (waiting.size === 0) port.unref();
      outgoing.send({ id, gone: true });
    };
  };
}

/** For the servers' thread: takes what the other end of `port` carries. What is under way when that closes is given up, as when a process ends. */
export function serveByPort(port: MessagePort): void {
  const underWay = new Map<number, () => void>();
  const outgoing = new Together<ToAsker>(port);
  port.on("message", (messages: ToServers[]) => {
    for (const message of messages) {
      const { id } = message;
      if ("gone" in message) {
        underWay.get(id)?.();
        underWay.delete(id);
        continue;
      }
      const giveUp = takeNear(message.port, message.request, {
        answered: (answered) => {
          underWay.delete(id);
          const answer = alone(answered);
          outgoing.send({ id, answer }, answer.body);
        },
        broken: (broken, begun) => {
          underWay.delete(id);
          outgoing.send({ id, broken, begun: begun && alone(begun) });
        },
      });
      underWay.set(id, giveUp);
    }
  });
  port.on("close", () => {
    for (const giveUp of underWay.values()) giveUp();
    underWay.clear();
  });
  port.unref();
}
