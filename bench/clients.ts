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

/** What clients of one kind came to. */
export interface Told {
  /** From the sending to the last client, of each message, in ms. */
  lastTold: number[];
  /** Bytes of the service's process that are a client's, of each opening: when all are connected, and after the messages. */
  connected: number[];
  after: number[];
}

export interface ClientsAmount {
  clients: number;
  /** So often the service is started for each kind of client. */
  openings: number;
  /** That all are told, one after the other, in each. */
  messages: number;
}

/** Phones do acknowledge, but only once a second: here it is at once, while others are told still, which is dearer. */
const kinds = {
  "that do not acknowledge": "json.webpubsub.azure.v1",
  "that acknowledge": "json.reliable.webpubsub.azure.v1",
} as const;
type Kind = keyof typeof kinds;

/** As large as what screens are sent when the menu was changed. What is in it nobody looks at. */
const page = { kind: "page", page: "x".repeat(2400) };

/**
 * So many clients with a socket each, all of them told of a change at once: when the last one knows of it, and what one takes of the memory of the
 * service, which is Web PubSub alone in a process of its own. This process is all the clients.
 * @param most files that a process may have open
 * @returns nothing where that is too few, which is told
 * @throws Error when a client is refused, or loses its connection
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

/** The service once, with clients of one kind. */
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

/** Clients who do next to nothing: they count what comes, and acknowledge it where it has a number. */
class Crowd {
  readonly #sockets: WebSocket[] = [];
  /** How many are still to be told, and who waits for the last of them. */
  #left = 0;
  #last: ((at: number) => void) | undefined;
  /** Whoever waits for something hears that a client is lost. */
  readonly #lost = Promise.withResolvers<never>();

  constructor() {
    // Also where nobody waits for anything just then.
    this.#lost.promise.catch(() => undefined);
  }

  /** Connects so many, fifty at a time. */
  async open(clients: number, protocol: string, url: (n: number) => Promise<string>): Promise<void> {
    await Promise.race([many(clients, 50, async (n) => this.#connect(await url(n), protocol)), this.#lost.promise]);
  }

  /** Resolves with the moment at which the last of them has been told of one more message. To be asked for before it is sent. */
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
      // The first thing that the service says is that a client is connected.
      socket.once("message", () => {
        socket.on("message", (frame: Buffer) => this.#hear(socket, frame));
        connected();
      });
    });
  }

  #hear(socket: WebSocket, frame: Buffer): void {
    // The number stands before what was sent.
    const number = /^[^{]*\{[^{]*"sequenceId":(\d+)/.exec(frame.toString("latin1", 0, 200))?.[1];
    if (number !== undefined) socket.send(`{"type":"sequenceAck","sequenceId":${number}}`);
    this.#left -= 1;
    if (this.#left === 0) this.#last?.(performance.now());
  }
}
