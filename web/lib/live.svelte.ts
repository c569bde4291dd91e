import { messagesIn, type Pushed, type PushMessage } from "../../contracts/push.ts";
import { type Api, NetworkError } from "./api.ts";
import { online, onVisibility, visible } from "./browser.ts";
import { type ConnectionState, LiveConnection } from "./live-connection.ts";
import type { LiveState } from "./live-state.ts";

export interface LiveOptions {
  api: Api;
  /** Fetches everything that this screen shows; called for each new connection and each poll. */
  refresh: () => Promise<void>;
  onMessage: (message: PushMessage) => void;
  /** The service closed the connection: this user's groups have changed. */
  onClosed?: () => void;
  /** The server's time in ms. */
  now: () => number;
  /** How long a hidden page stays connected, in milliseconds, evaluated when it becomes hidden; forever by default. Connections are billed. */
  keptUnseen?: () => number;
}

const pollEvery = 5_000;
const patience = 5_000;

/** Keeps a screen up to date by push, and by polling while push is not available. */
export class Live {
  state = $state<LiveState>("connecting");
  /** When the server last responded (ms, server's time). */
  lastSeen = $state<number>();
  /** Why the last refresh failed; undefined if it succeeded. */
  error = $state.raw<unknown>();
  readonly #options: LiveOptions;
  readonly #connection: LiveConnection;
  #open = false;
  /** Whether messages may have been missed since the last snapshot. */
  #stale = true;
  #poll: ReturnType<typeof setTimeout> | undefined;
  #refreshing: Promise<boolean> | undefined;
  /** Counts changes of user: the result of a refresh for a previous user is ignored, and the next user's does not wait for it. */
  #turn = 0;
  #again = false;
  #started = false;
  #unseen: ReturnType<typeof setTimeout> | undefined;
  #asleep = false;
  #watching: (() => void) | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#connection = new LiveConnection({
      url: async () => (await options.api.live()).url,
      onMessage: (data) => {
        this.lastSeen = options.now();
        for (const message of messagesIn(data as Pushed)) options.onMessage(message);
      },
      onState: (state) => this.#onState(state),
      onClosed: () => options.onClosed?.(),
    });
  }

  /** Starts listening, and fetches everything at once. Does nothing if it is started already. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    addEventListener("online", this.#nudge);
    addEventListener("offline", this.#unplugged);
    this.#watching = onVisibility(this.#seen);
    this.#begin();
  }

  #begin(): void {
    // A failure for the previous user is no failure of this request.
    this.error = undefined;
    this.#connection.start();
    // The first data does not wait for the connection.
    void this.refresh();
    this.#pollIn(patience);
  }

  /** Stops listening and polling, until it is started again. A fetch under way may still arrive. */
  stop(): void {
    if (!this.#started) return;
    this.#started = false;
    this.#turn++;
    this.#refreshing = undefined;
    removeEventListener("online", this.#nudge);
    removeEventListener("offline", this.#unplugged);
    this.#watching?.();
    this.#rest();
    clearTimeout(this.#unseen);
    this.#asleep = false;
  }

  /** Fetches everything now. True if it succeeded. A call during a fetch makes it fetch once more afterwards. */
  async refresh(): Promise<boolean> {
    if (this.#refreshing !== undefined) {
      this.#again = true;
      return this.#refreshing;
    }
    const turn = this.#turn;
    const run = async (): Promise<boolean> => {
      let worked = false;
      do {
        this.#again = false;
        const error = await this.#options.refresh().catch((failed: unknown) => failed);
        if (turn !== this.#turn) return false;
        worked = error === undefined;
        this.error = error;
        if (worked) this.lastSeen = this.#options.now();
        else if (error instanceof NetworkError && !this.#open) this.state = "offline";
      } while (this.#again);
      this.#refreshing = undefined;
      return worked;
    };
    this.#refreshing = run();
    return this.#refreshing;
  }

  /** The data may be wrong: fetches everything, and repeats it every second until that succeeds. */
  ask(): void {
    this.#stale = true;
    if (this.#open) void this.#whole();
  }

  /** Live once the first snapshot after the connection has arrived. Versions resolve conflicts with pushes that arrive meanwhile. */
  async #whole(): Promise<void> {
    const turn = this.#turn;
    const worked = await this.refresh();
    if (turn !== this.#turn) return;
    if (worked && this.#open) {
      clearTimeout(this.#poll);
      this.#stale = false;
      this.state = "live";
    } else if (this.#open) this.#pollIn(1_000);
  }

  #onState(state: ConnectionState): void {
    this.#open = state === "connected" || state === "recovered";
    if (this.#open) this.lastSeen = this.#options.now();
    if (state === "connected") this.#stale = true;
    if (this.#open && this.#stale) void this.#whole();
    else if (this.#open) {
      clearTimeout(this.#poll);
      this.state = "live";
    } else if (state === "lost") {
      if (this.state === "live") this.state = online() ? "reconnecting" : "offline";
      this.#pollIn(patience);
    }
  }

  #pollIn(milliseconds: number): void {
    clearTimeout(this.#poll);
    const poll = setTimeout(async () => {
      if (this.#open) return void this.#whole();
      const worked = await this.refresh();
      // The screen may have stopped, or another poll begun meanwhile.
      if (this.#poll !== poll || this.#open) return;
      if (worked) this.state = "polling";
      this.#pollIn(pollEvery * (0.8 + Math.random() * 0.4));
    }, milliseconds);
    this.#poll = poll;
  }

  #seen = (): void => {
    clearTimeout(this.#unseen);
    if (visible()) {
      this.#nudge();
      return;
    }
    const { keptUnseen } = this.#options;
    if (keptUnseen === undefined || this.#asleep) return;
    this.#unseen = setTimeout(() => {
      this.#asleep = true;
      this.#rest();
    }, keptUnseen());
  };

  /** Ends the connection and the polling. */
  #rest(): void {
    this.#connection.stop();
    this.#open = false;
    this.state = "connecting";
    clearTimeout(this.#poll);
    this.#poll = undefined;
  }

  #nudge = (): void => {
    if (this.#asleep) {
      if (!visible()) return;
      this.#asleep = false;
      this.#begin();
      return;
    }
    this.#connection.nudge();
    if (!this.#open) this.#pollIn(0);
  };

  /** The browser reports being offline but cannot know: a connection that still responds stays open. */
  #unplugged = (): void => this.#connection.nudge();
}
