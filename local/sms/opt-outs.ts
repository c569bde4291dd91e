import type { Parts } from "../kernel/parts.ts";
import type { Table } from "../store/store.ts";

/** A phone that has opted out of a sender's messages. */
export interface OptOut {
  from: string;
  to: string;
  /** ISO 8601. */
  since: string;
}

const table = "sms/optouts";

/** The opt-outs in the store. */
export class OptOuts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** All opt-outs, of all senders. */
  list(): OptOut[] {
    return [...this.#table.values()];
  }

  /** Whether a number has opted out of a sender's messages. */
  has(from: string, to: string): boolean {
    return this.#table.has(key(from, to));
  }

  /** Opts numbers out, or in again; resolves when the change is on disk. */
  set(from: string, numbers: readonly string[], optedOut: boolean): Promise<void> {
    const since = new Date(this.#parts.clock.now()).toISOString();
    const changed = numbers.filter((to) => this.has(from, to) !== optedOut);
    return this.#parts.store.commit(
      changed.map((to) => ({ table, key: key(from, to), value: optedOut ? { from, to, since } : undefined })),
    );
  }

  get #table(): Table<OptOut> {
    return this.#parts.store.table<OptOut>(table);
  }
}

const key = (from: string, to: string) => `${from} ${to}`;
