import { WebSocket as Socket } from "ws";
import type { Time } from "./time.ts";

/** Serialises a device's requests with those of others. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** The network of one device, HTTP and WebSocket, which can be lost and come back. */
export class Network {
  readonly #time: Time;
  readonly #inTurn: InTurn;
  readonly #fetch: typeof fetch;
  readonly #onAnswer: (what: string, took: number) => void;
  readonly #sockets = new Set<Socket>();
  #lost = false;
  #swallows = false;

  /** @param onAnswer called with each response: method and kind of path, and the ms that it took */
  constructor(
    time: Time,
    onAnswer: (what: string, took: number) => void,
    { inTurn, fetch: ask = fetch }: { inTurn?: InTurn | undefined; fetch?: typeof fetch | undefined } = {},
  ) {
    this.#time = time;
    this.#inTurn = inTurn ?? ((work) => work());
    this.#fetch = ask;
    this.#onAnswer = onAnswer;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Disconnects silently: nothing is sent or received any more. */
  lose(): void {
    this.#lost = true;
    for (const socket of this.#sockets) socket.terminate();
  }

  /** The next request is sent, and the network is lost before its response arrives. */
  loseNextAnswer(): void {
    this.#swallows = true;
  }

  /** Restores the network. Closed sockets stay closed; their owners reconnect. */
  comeBack(): void {
    this.#lost = false;
    this.#swallows = false;
  }

  /** Replaces the browser's `fetch`. @throws TypeError as that does, while the network is lost, or if it was lost before the response */
  readonly fetch: typeof fetch = async (input, init) => {
    if (this.#lost) throw new TypeError("The robot has no network.");
    const swallowed = this.#swallows;
    this.#swallows = false;
    const from = performance.now();
    const answer = await this.#time.during(this.#inTurn(async () => wholeAnswer(await this.#fetch(input, init))));
    if (swallowed) this.lose();
    if (this.#lost) throw new TypeError("The robot has lost its network.");
    this.#onAnswer(`${init?.method ?? "GET"} ${kindOf(String(input))}`, performance.now() - from);
    return answer;
  };

  /** Replaces the browser's WebSocket for `LiveConnection`. */
  readonly WebSocket: typeof WebSocket = (() => {
    const network = this;
    return class extends Socket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        network.#sockets.add(this);
        // A browser's socket reports errors by closing.
        this.on("error", () => undefined);
        this.once("close", () => network.#sockets.delete(this));
        if (network.#lost) this.terminate();
      }
    } as unknown as typeof WebSocket;
  })();
}

/** Read to its end, so that nothing is in flight afterwards. */
async function wholeAnswer(answer: Response): Promise<Response> {
  const { status, statusText, headers } = answer;
  const body = await answer.arrayBuffer();
  return new Response(status === 204 ? null : body, { status, statusText, headers });
}

/** The path of a URL without ids: `/orders/{id}/submit`. */
export function kindOf(address: string): string {
  const path = new URL(address).pathname.replace(/^.*?\/api/, "").replace(/^\/stores\/[^/]+/, "");
  return path.replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}/, "/{id}").replace(/^\/(config|drinks)\/[^/]+/, "/$1/{id}") || "/";
}
