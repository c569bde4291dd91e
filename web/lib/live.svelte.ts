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
  /** The service has closed the connection: what this person may hear has changed. */
  onClosed?: () => void;
  /** The server's time in ms. */
  now: () => number;
  /** Milliseconds for which a page that nobody sees stays connected, asked when it goes out of sight; for ever by default. Connections are counted and paid. */
  keptUnseen?: () => number;
}

const pollEvery = 5_000;
const patience = 5_000;

/** Keeps a screen up to date: by push, and by asking while no push can be had. */
export class Live {
  state = $state<LiveState>("connecting");
  /** When we last heard from the server (ms, server's time). */
  lastSeen = $state<number>();
  /** Why the last refresh failed; undefined when it did not. */
  error = $state.raw<unknown>();
  readonly #options: LiveOptions;
  readonly #connection: LiveConnection;
  #open = false;
  /** Whether something may have been missed since the last snapshot. */
  #stale = true;
  #poll: ReturnType<typeof setTimeout> | undefined;
  #refreshing: Promise<boolean> | undefined;
  /** Counts whom it is kept up to date for: what comes of a refresh for somebody who has left is no news of the next, who does not wait for it either. */
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

  /** Begins to listen, and fetches everything at once. Started already, nothing happens. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    addEventListener("online", this.#nudge);
    addEventListener("offline", this.#unplugged);
    this.#watching = onVisibility(this.#seen);
    this.#begin();
  }

  #begin(): void {
    // What failed for whoever was here before is no failure of what is asked for now.
    this.error = undefined;
    this.#connection.start();
    // Something to show does not wait for the connection.
    void this.refresh();
    this.#pollIn(patience);
  }

  /** Listens and asks no more, until it is started again. What is being fetched may still come. */
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

  /** Fetches everything now. True when it worked. Asked twice at a time, it fetches once more after the first. */
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

  /** What is shown may be wrong: everything is fetched, and a second later once more until that works. */
  ask(): void {
    this.#stale = true;
    if (this.#open) void this.#whole();
  }

  /** Live once the snapshot since the connection is in; pushes that come meanwhile are sorted out by their versions. */
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
      // Nobody may be looking any more, or another was begun meanwhile.
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

  /** Ends the connection, and the asking in place of one. */
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

  /** The browser says so, but it cannot know: a connection that still answers stays. */
  #unplugged = (): void => this.#connection.nudge();
}
