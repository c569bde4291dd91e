import type { OrderView } from "../../contracts/order.ts";
import { Api, ApiError, codeOf } from "../lib/api.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, keptList, onVisibility, visible } from "../lib/browser.ts";
import { loadConfig } from "../lib/config.ts";
import type { Commands } from "../lib/staff/commands.svelte.ts";
import { type HandedOver, UndoQueue } from "./undo.ts";

/** Handing orders over, with time for undo. */
export class Collecting {
  /** Hand-overs that can be undone, latest first. */
  waiting = $state.raw<HandedOver[]>([]);
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  readonly #app: App;
  readonly #commands: Commands;
  readonly #key: string;
  readonly #queue: UndoQueue;
  readonly #onBack: (orderId: string) => void;
  /** Its requests outlive the page. */
  #lasting: Api | undefined;

  /** @param onBack called when an order is not handed over after all: that was undone in time, or failed */
  constructor(app: App, commands: Commands, onBack: (orderId: string) => void) {
    this.#app = app;
    this.#commands = commands;
    this.#onBack = onBack;
    this.#key = `crema.handed-over.${app.store}`;
    this.#queue = new UndoQueue({
      send: (handed) => this.#send(handed),
      keep: (handed) => keep(this.#key, handed, "tab"),
      onChange: () => {
        this.waiting = this.#queue.waiting;
        this.hidden = this.#queue.hidden;
      },
    });
  }

  /**
   * Sends what was left when this page was last closed, and sends everything when it is left. Call it when a barista signs in; returns a function
   * that ends it.
   */
  start(): () => void {
    void this.#queue.resume(keptList<HandedOver>(this.#key, "tab"));
    // Without it, a hand-over that is started while the page closes is sent when the tab comes back.
    this.#makeLasting().catch(() => undefined);
    const leave = (): void => void this.#queue.flush();
    const hide = (): void => {
      if (!visible()) leave();
    };
    addEventListener("pagehide", leave);
    const end = onVisibility(hide);
    return () => {
      removeEventListener("pagehide", leave);
      end();
    };
  }

  /** Starts to hand an order over, which can be undone for some seconds. Does nothing if that is under way. */
  collect(order: OrderView): void {
    this.#commands.refusals.delete(order.id);
    this.#queue.add(order);
  }
  /**
   * True if the order is not handed over after all: it was undone in time, or the command that was under way has failed. Otherwise it can be
   * recalled.
   */
  async undo(orderId: string): Promise<boolean> {
    if (this.#queue.undo(orderId)) {
      this.#onBack(orderId);
      return true;
    }
    await this.#queue.sent(orderId);
    return this.#commands.refusals.has(orderId);
  }
  /** Sends all pending commands now, for a sign-out. Never rejects. */
  flush(): Promise<void> {
    return this.#queue.flush();
  }

  async #send(handed: HandedOver): Promise<void> {
    try {
      const { api, snapshot } = this.#app;
      await snapshot.takeReply((this.#lasting ?? api).command(handed.orderId, "collect", handed.version));
    } catch (error) {
      const now = error instanceof ApiError ? error.problem.order : undefined;
      // Somebody else handed it over, or it is long gone: the wanted result.
      if (now?.state === "collected" || codeOf(error) === "not-found") return;
      this.#commands.refuse({ id: handed.orderId, number: handed.number }, error);
      this.#onBack(handed.orderId);
    }
  }

  async #makeLasting(): Promise<void> {
    const { api: base, store } = await loadConfig(location.href);
    const { session, clock } = this.#app;
    this.#lasting = new Api({
      base,
      store,
      token: () => session.token,
      onNow: (now, sent, received) => clock.observe(now, sent, received),
      onSignedOut: () => session.ended(),
      fetch: (input, init) => fetch(input, { ...init, keepalive: true }),
    });
  }
}
