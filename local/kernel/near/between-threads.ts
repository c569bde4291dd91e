import { UnderWay } from "../under-way.ts";
import type { Asker, Carry, Message, ToAsker, ToServers } from "./protocol.ts";
import { takeNear } from "./server.ts";

/** Copies the bytes into their own memory: a small Buffer is part of a larger block, which would be copied as a whole. */
const alone = (message: Message): Message =>
  message.body instanceof Uint8Array ? { ...message, body: new Uint8Array(message.body) } : message;

/** The end in the client's thread. */
export interface AskingEnd {
  readonly carry: Carry;
  receive(message: ToAsker): void;
}

/** For the application's thread: carries requests to servers in another thread. `send` posts to that thread. */
export function askingEnd(send: (message: ToServers) => void): AskingEnd {
  const waiting = new UnderWay<Asker>();
  return {
    carry: (port, message, asker) => {
      const id = waiting.add(asker);
      send({ id, port, request: alone(message) });
      return () => {
        if (waiting.take(id) !== undefined) send({ id, gone: true });
      };
    },
    receive: (message) => {
      const asker = waiting.take(message.id);
      if ("answer" in message) asker?.answered(message.answer);
      else asker?.broken(message.broken, message.begun);
    },
  };
}

/** The end in the servers' thread. */
export interface ServingEnd {
  receive(message: ToServers): void;
  /** Cancels the requests of the other thread, which has ended, as when a process ends. */
  close(): void;
}

/**
 * For the servers' thread: takes requests of another thread, and posts responses with `send`. @param from the port that the requests appear to come
 * from
 */
export function servingEnd(send: (message: ToAsker) => void, from?: number): ServingEnd {
  const underWay = new UnderWay<() => void>();
  return {
    receive: (message) => {
      const { id } = message;
      if ("gone" in message) {
        underWay.take(id)?.();
        return;
      }
      let over = false;
      const end = () => {
        over = true;
        underWay.take(id);
      };
      const asker: Asker = {
        answered: (answer) => {
          end();
          send({ id, answer: alone(answer) });
        },
        broken: (broken, begun) => {
          end();
          send({ id, broken, begun: begun && alone(begun) });
        },
      };
      const giveUp = takeNear(message.port, message.request, asker, from);
      if (!over) underWay.addAs(id, giveUp);
    },
    close: () => {
      for (const [id] of underWay.entries()) underWay.take(id)?.();
    },
  };
}
