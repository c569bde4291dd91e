export interface LiveConnectionOptions {
  /** Requests a fresh client URL before each new connection. */
  url: () => Promise<string>;
  /** Called with a message's data, in order, each once. */
  onMessage: (data: unknown) => void;
  /**
   * `connected`: a new connection is open; earlier messages may have been missed.
   * `recovered`: the lost connection is back and nothing was missed.
   * `lost`: it broke; reconnecting. `failed`: an attempt to open a new one failed; trying again.
   */
  onState: (state: ConnectionState) => void;
  /** The application or the service ended the connection, perhaps while it was lost. A new one is attempted, as after any loss. */
  onClosed?: () => void;
  WebSocket?: typeof WebSocket;
  /** The delay before the next attempt, in milliseconds, by the number of failures. */
  backoff?: (failures: number) => number;
}

export type ConnectionState = "connected" | "recovered" | "lost" | "failed";

const protocol = "json.reliable.webpubsub.azure.v1";
const pingEvery = 15_000;
const silenceAllowed = 40_000;
const answerTo = 10_000;
const recoverFor = 30_000;
/** A connection that broke sooner than this after it opened counts as a failed attempt: a service without room may accept it and close it. */
const steadyAfter = 10_000;
/** The service's close code for an unknown connection, and for one that broke a rule of the service. */
const unknownConnection = 1008;
/** The service's close code if the application closed the connection. */
const closedByApplication = 1000;

/** Half a second, doubled with each failure up to 15 s, minus a random part of up to a half, so that clients do not reconnect all at once. */
export function backoff(failures: number): number {
  return Math.min(15_000, 500 * 2 ** failures) * (1 - Math.random() / 2);
}

/**
 * A receiving client of the subprotocol `json.reliable.webpubsub.azure.v1`.
 * After a drop it recovers the same connection, and the service sends what was missed. If that is not possible it opens a new connection and reports
 * it, and the screen fetches a new snapshot.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions & { backoff: (failures: number) => number };
  #socket: WebSocket | undefined;
  #stopped = true;
  #url = "";
  #connectionId: string | undefined;
  #reconnectionToken: string | undefined;
  #sequence = 0;
  #acked = 0;
  #heard = 0;
  /** Consecutive attempts that failed, or whose connection did not last. */
  #failures = 0;
  #openedAt = 0;
  /** Counts connection attempts: a late API response for an earlier one is ignored. */
  #turn = 0;
  #retry: { timer: ReturnType<typeof setTimeout>; go: () => void } | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #ack: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveConnectionOptions) {
    this.#options = { backoff, ...options };
  }

  /** Connects, and stays connected until `stop`. Does nothing if it is started already. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    void this.#fresh();
  }

  /** Ends the connection and all attempts, without a call of `onState`. It can be started again, as a new one. */
  stop(): void {
    this.#stopped = true;
    this.#turn++;
    this.#connectionId = undefined;
    clearTimeout(this.#retry?.timer);
    this.#retry = undefined;
    this.#drop(1000);
  }

  /** Tries again at once: the device is back online or the page visible. An open connection is asked for a sign of life. */
  nudge(): void {
    if (this.#retry !== undefined) {
      clearTimeout(this.#retry.timer);
      this.#retry.go();
    } else if (this.#socket?.readyState === 1) {
      const socket = this.#socket;
      const asked = Date.now();
      this.#send({ type: "ping" });
      setTimeout(() => {
        if (socket === this.#socket && this.#heard < asked) this.#lost(0);
      }, 4_000);
    }
  }

  async #fresh(): Promise<void> {
    this.#connectionId = undefined;
    this.#reconnectionToken = undefined;
    this.#sequence = 0;
    this.#acked = 0;
    const turn = ++this.#turn;
    let url: string;
    try {
      url = await this.#options.url();
    } catch {
      if (turn === this.#turn) this.#failed();
      return;
    }
    if (turn !== this.#turn) return;
    this.#url = url;
    this.#dial(url, false, () => this.#failed());
  }

  #failed(): void {
    if (this.#stopped) return;
    this.#options.onState("failed");
    this.#again();
  }

  #again(): void {
    this.#later(this.#options.backoff(this.#failures++), () => void this.#fresh());
  }

  /** Recovers the lost connection, until it has been gone for too long. */
  #recover(since: number): void {
    if (this.#stopped) return;
    if (this.#connectionId === undefined || this.#reconnectionToken === undefined || Date.now() - since > recoverFor) {
      void this.#fresh();
      return;
    }
    const url = new URL(this.#url);
    // In place of the access token, which has expired by now.
    url.search = `${new URLSearchParams({ awps_connection_id: this.#connectionId, awps_reconnection_token: this.#reconnectionToken })}`;
    this.#dial(url.href, true, (code) => {
      if (code === unknownConnection) this.#gone();
      else this.#later(this.#options.backoff(1), () => this.#recover(since));
    });
  }

  /** @param recovers whether it takes up the connection that was lost. @param onFailed with the close code; 0 if there is none. */
  #dial(url: string, recovers: boolean, onFailed: (code: number) => void): void {
    let socket: WebSocket;
    try {
      socket = new (this.#options.WebSocket ?? WebSocket)(url, protocol);
    } catch {
      // The browser refuses such addresses on this page, or all of them: the screen polls instead, and the connection is tried again.
      onFailed(0);
      return;
    }
    this.#socket = socket;
    let open = false;
    const fail = (code: number): void => {
      clearTimeout(patience);
      if (this.#socket !== socket) return;
      if (open) this.#lost(code);
      else {
        this.#drop(1000);
        onFailed(code);
      }
    };
    const patience = setTimeout(() => fail(0), answerTo);
    socket.onclose = (event) => fail(event.code);
    // The service accepts every recovery, and closes those that it refuses. It need not say anything to the others: the answer to a ping tells them apart.
    socket.onopen = () => {
      if (recovers && this.#socket === socket) this.#send({ type: "ping" });
    };
    socket.onmessage = (event) => {
      if (this.#socket !== socket) return;
      this.#heard = Date.now();
      const frame = parse(event.data);
      if (frame === undefined) return;
      const isConnected = frame.type === "system" && frame.event === "connected";
      const isNew = isConnected && frame.connectionId !== this.#connectionId;
      if (isConnected) this.#known(frame);
      if (!open && (isConnected || (recovers && frame.type !== "system"))) {
        clearTimeout(patience);
        open = true;
        this.#opened(isNew);
      }
      if (frame.type === "message") this.#message(frame);
    };
  }

  #known({ connectionId, reconnectionToken }: Frame): void {
    this.#connectionId = connectionId;
    this.#reconnectionToken = reconnectionToken ?? this.#reconnectionToken;
  }

  #opened(isNew: boolean): void {
    this.#openedAt = Date.now();
    clearInterval(this.#beat);
    this.#beat = setInterval(() => {
      if (Date.now() - this.#heard > silenceAllowed) this.#lost(0);
      else this.#send({ type: "ping" });
    }, pingEvery);
    if (!isNew) this.#ackLater();
    this.#options.onState(isNew ? "connected" : "recovered");
  }

  #message(frame: Frame): void {
    const sequence = frame.sequenceId;
    if (sequence !== undefined) {
      this.#ackLater();
      // Resent after a recovery, because our acknowledgement had not arrived.
      if (sequence <= this.#sequence) return;
      this.#sequence = sequence;
    }
    this.#options.onMessage(frame.data);
  }

  /** At most once a second, as in the service's own client. */
  #ackLater(): void {
    this.#ack ??= setTimeout(() => {
      this.#ack = undefined;
      if (this.#sequence > this.#acked && this.#send({ type: "sequenceAck", sequenceId: this.#sequence }))
        this.#acked = this.#sequence;
    }, 1_000);
  }

  #lost(code: number): void {
    // Which acknowledgements the service received is unknown now: the next one is sent in any case.
    this.#acked = 0;
    this.#drop(4000);
    if (this.#stopped) return;
    const since = Date.now();
    if (since - this.#openedAt >= steadyAfter) this.#failures = 0;
    this.#options.onState("lost");
    if (this.#stopped) return;
    if (code === unknownConnection || code === closedByApplication) this.#gone();
    else if (this.#failures++ === 0) this.#recover(since);
    else this.#later(this.#options.backoff(this.#failures), () => this.#recover(since));
  }

  /** The service does not know the connection any more, because somebody closed it or it was away for too long: there has to be a new one. */
  #gone(): void {
    this.#options.onClosed?.();
    this.#again();
  }

  #drop(code: number): void {
    clearInterval(this.#beat);
    clearTimeout(this.#ack);
    this.#ack = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(code);
  }

  #send(frame: object): boolean {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #later(milliseconds: number, then: () => void): void {
    const go = (): void => {
      this.#retry = undefined;
      if (!this.#stopped) then();
    };
    this.#retry = { timer: setTimeout(go, milliseconds), go };
  }
}

interface Frame {
  type: string;
  event?: string;
  connectionId?: string;
  reconnectionToken?: string;
  sequenceId?: number;
  data?: unknown;
}

function parse(data: unknown): Frame | undefined {
  try {
    return JSON.parse(String(data)) as Frame;
  } catch {
    return undefined;
  }
}
