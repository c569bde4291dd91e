import type { OrderView } from "../../contracts/order.ts";

/** An order that was handed over on this screen, of which the API does not know yet. */
export interface HandedOver {
  orderId: string;
  version: number;
  number?: number;
}

export interface UndoParts {
  /** Sends the command. Must not throw. Called once for each order, and again after a reload if its result was not seen. */
  send: (handed: HandedOver) => Promise<void>;
  /** Stores what is not confirmed, in case the page is closed. */
  keep: (handed: HandedOver[]) => void;
  onChange: () => void;
  setTimer?: (work: () => void, milliseconds: number) => unknown;
  clearTimer?: (timer: unknown) => void;
}

/** How long a hand-over can be undone (ms). */
export const undoFor = 5_000;

/**
 * Nobody else should see a mistaken tap that is undone at once, so a hand-over is only sent to the API when the time for undo is over, or when the
 * page is closed; after that the order has to be recalled. An unconfirmed command is sent again when the page comes back; the API responds as to the
 * first one.
 */
export class UndoQueue {
  readonly #parts: UndoParts;
  #waiting = new Map<string, { handed: HandedOver; timer: unknown }>();
  #sending = new Map<string, { handed: HandedOver; sent: Promise<void> }>();

  constructor(parts: UndoParts) {
    this.#parts = parts;
  }

  /** Hand-overs that can be undone, latest first. */
  get waiting(): HandedOver[] {
    return [...this.#waiting.values()].map(({ handed }) => handed).reverse();
  }

  /** Ids of the orders that must not be shown as ready any more. */
  get hidden(): Set<string> {
    return new Set([...this.#waiting.keys(), ...this.#sending.keys()]);
  }

  /** Hands an order over after `undoFor`. Does nothing if it is pending or being sent. */
  add(order: OrderView): void {
    if (this.hidden.has(order.id)) return;
    const handed = { orderId: order.id, version: order.version, ...(order.number && { number: order.number }) };
    const setTimer = this.#parts.setTimer ?? setTimeout;
    const timer = setTimer(() => void this.#send(order.id), undoFor);
    this.#waiting.set(order.id, { handed, timer });
    this.#changed();
  }

  /** False if it is too late. */
  undo(orderId: string): boolean {
    const entry = this.#waiting.get(orderId);
    if (entry === undefined) return false;
    this.#clear(entry.timer);
    this.#waiting.delete(orderId);
    this.#changed();
    return true;
  }

  /** Sends everything now: the page is closed, or the user signs out. */
  async flush(): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map((orderId) => this.#send(orderId)));
  }

  /** Sends what was stored when the page was last closed. */
  async resume(kept: HandedOver[]): Promise<void> {
    const fresh = kept.filter(({ orderId }) => !this.hidden.has(orderId));
    await Promise.all(fresh.map((handed) => this.#deliver(handed)));
  }

  async #send(orderId: string): Promise<void> {
    const entry = this.#waiting.get(orderId);
    if (entry === undefined) return;
    this.#clear(entry.timer);
    this.#waiting.delete(orderId);
    await this.#deliver(entry.handed);
  }

  /** Resolves once a command under way is sent. */
  async sent(orderId: string): Promise<void> {
    await this.#sending.get(orderId)?.sent;
  }

  async #deliver(handed: HandedOver): Promise<void> {
    const sent = this.#parts.send(handed);
    this.#sending.set(handed.orderId, { handed, sent });
    this.#changed();
    await sent;
    this.#sending.delete(handed.orderId);
    this.#changed();
  }

  #clear(timer: unknown): void {
    (this.#parts.clearTimer ?? ((id) => clearTimeout(id as ReturnType<typeof setTimeout>)))(timer);
  }

  #changed(): void {
    this.#parts.keep([...this.#sending.values(), ...this.#waiting.values()].map(({ handed }) => handed));
    this.#parts.onChange();
  }
}
