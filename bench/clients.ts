import { join } from "node:path";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { WebSocket } from "ws";
import type { ClientsLine } from "./clients-process.ts";
import { hardware } from "./machine.ts";
import { many } from "./many.ts";
import { whyNoSockets } from "./open-files.ts";
import { middle } from "./pairs.ts";
import { Started } from "./started.ts";
import { print, type Tell } from "./tell.ts";

/** The results for clients of one kind. */
export interface Told {
  /** For each message, the ms from sending it until the last client received it. */
  lastTold: number[];
  /** Bytes of the service's process per client, for each start: with all clients connected, and after the messages. */
  connected: number[];
  after: number[];
}

export interface ClientsAmount {
  clients: number;
  /** How many times the service is started for each kind of client. */
  openings: number;
  /** How many messages all clients receive in each of them, one after the other. */
  messages: number;
}

/** Phones acknowledge too, but only once a second. Here they do so at once, while others are still receiving, which costs more. */
const kinds = {
  "that do not acknowledge": "json.webpubsub.azure.v1",
  "that acknowledge": "json.reliable.webpubsub.azure.v1",
} as const;
type Kind = keyof typeof kinds;

/** As large as the message that screens receive after a change of the menu. Nobody reads its content. */
const page = { kind: "page", page: "x".repeat(2400) };

/**
 * Sends a change to many clients at once, each with its own socket. Measures when the last one has received it, and the memory per client in the
 * service: Web PubSub alone in its own process. All clients run in this process.
 * @param most the limit of open files of a process
 * @returns nothing if that limit is too low, which is reported
 * @throws Error if a client is refused, or loses its connection
 */
export async function tellClients(
  { clients, openings, messages }: ClientsAmount,
  tell: Tell = print,
  most?: number,
): Promise<Record<Kind, Told> | undefined> {
  tell(`${clients.toLocaleString("en")} clients, and a page of 2.4 KB for all of them: medians of ${openings} times ${messages}
(${hardware()})
`);
  const why = whyNoSockets(clients, most);
  if (why !== undefined) {
    tell(`  not run: ${why}\n`);
    return undefined;
  }
  const none = (): Told => ({ lastTold: [], connected: [], after: [] });
  const found = { "that do not acknowledge": none(), "that acknowledge": none() };
  for (let opening = 0; opening < openings; opening++)
    for (const kind of Object.keys(kinds) as Kind[]) await opened(kind, clients, messages, found[kind]);
  for (const [kind, { lastTold, connected, after }] of Object.entries(found))
    tell(`  clients ${kind}
    last one told                    ${inWords(lastTold, (ms) => `${(ms / 1000).toFixed(2)} s`)}
    memory a client, connected       ${inWords(connected, inKB)}
    memory a client, after it        ${inWords(after, inKB)}`);
  tell("");
  return found;
}

const inKB = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;

function inWords(values: readonly number[], say: (value: number) => string): string {
  return `${say(middle(values))} (${say(Math.min(...values))} to ${say(Math.max(...values))})`;
}

/** Runs the service once, with clients of one kind. */
async function opened(kind: Kind, clients: number, messages: number, found: Told): Promise<void> {
  const script = join(import.meta.dirname, "clients-process.ts");
  const service = new Started(process.execPath, (data) => ["--expose-gc", script, data], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const crowd = new Crowd();
  try {
    const lines: ((line: ClientsLine) => void)[] = [];
    service.onLine((line: ClientsLine) => lines.shift()?.(line));
    const line = () => service.while(new Promise<ClientsLine>((resolve) => lines.push(resolve)));
    const memory = () => {
      const answer = line();
      service.say("memory");
      return answer.then(({ memory = Number.NaN }) => memory);
    };

    const { connectionString = "" } = await line();
    const live = new WebPubSubServiceClient(connectionString, "live", { allowInsecureConnection: true });
    const before = await memory();
    await crowd.open(clients, kinds[kind], async (n) => {
      const { url } = await live.getClientAccessToken({ userId: `customer-${n}`, groups: ["store.main"] });
      return url;
    });
    found.connected.push(((await memory()) - before) / clients);
    for (let n = 0; n < messages; n++) {
      const began = performance.now();
      const told = crowd.told();
      await service.while(Promise.all([live.group("store.main").sendToAll(page), told]));
      found.lastTold.push((await told) - began);
    }
    found.after.push(((await memory()) - before) / clients);
  } finally {
    crowd.close();
    await service.close();
  }
}

/** Minimal clients: they count messages, and acknowledge those with a sequence number. */
class Crowd {
  readonly #sockets: WebSocket[] = [];
  /** How many clients have not received the message yet, and the callback for the last of them. */
  #left = 0;
  #last: ((at: number) => void) | undefined;
  /** Rejects every pending wait if a client loses its connection. */
  readonly #lost = Promise.withResolvers<never>();

  constructor() {
    // Also if nothing is waiting at the moment.
    this.#lost.promise.catch(() => undefined);
  }

  /** Connects this many clients, fifty at a time. */
  async open(clients: number, protocol: string, url: (n: number) => Promise<string>): Promise<void> {
    await Promise.race([many(clients, 50, async (n) => this.#connect(await url(n), protocol)), this.#lost.promise]);
  }

  /** Resolves with the time at which the last client received one more message. Call it before the message is sent. */
  told(): Promise<number> {
    this.#left = this.#sockets.length;
    return Promise.race([new Promise<number>((resolve) => (this.#last = resolve)), this.#lost.promise]);
  }

  close(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners("close");
      socket.terminate();
    }
  }

  #connect(url: string, protocol: string): Promise<void> {
    const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
    this.#sockets.push(socket);
    socket.once("close", (code) => this.#lost.reject(new Error(`A client lost its connection (${code}).`)));
    socket.once("error", this.#lost.reject);
    return new Promise((connected) => {
      // The service's first message says that the client is connected.
      socket.once("message", () => {
        socket.on("message", (frame: Buffer) => this.#hear(socket, frame));
        connected();
      });
    });
  }

  #hear(socket: WebSocket, frame: Buffer): void {
    // The sequence number precedes the payload.
    const number = /^[^{]*\{[^{]*"sequenceId":(\d+)/.exec(frame.toString("latin1", 0, 200))?.[1];
    if (number !== undefined) socket.send(`{"type":"sequenceAck","sequenceId":${number}}`);
    this.#left -= 1;
    if (this.#left === 0) this.#last?.(performance.now());
  }
}
