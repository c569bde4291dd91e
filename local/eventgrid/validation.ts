import type { Parts } from "../kernel/parts.ts";
import { byHandWindow, shakeHands } from "./handshake.ts";
import type { Poster } from "./post.ts";
import type { InputSchema } from "./schema.ts";

/** How far the handshake with a webhook has come. */
export type ValidationStatus =
  | { state: "not needed" | "not asked" | "validated" }
  /** Until then (ms since the epoch) a GET of the address validates it. */
  | { state: "by hand"; address: string; until: number }
  | { state: "refused"; why: string };

/** Whom to ask, and on whose behalf. */
export interface Validated {
  subscription: string;
  /** The webhook; `undefined` while it cannot be told, or when it need not agree. */
  url: string | undefined;
  /** In which events are delivered: each has a handshake of its own. */
  schema: InputSchema;
  topicId: string;
  headers: Record<string, string>;
  /** The address that validates by hand with this code. */
  byHand(code: string): string;
}

/** Whether a webhook has agreed to be sent events. */
export class Validation {
  readonly #parts: Parts;
  readonly #poster: Poster;
  readonly #of: () => Validated;
  #agreed = false;
  #closed = false;
  #asking: Promise<boolean> | undefined;
  /** Counts the webhooks: what one of before answers says nothing of this. */
  #turn = 0;
  #refused: string | undefined;
  /** The code of the last validation, and until when it may be given back by hand, in ms since the epoch. */
  #byHand: { code: string; address: string; until: number } | undefined;

  constructor(parts: Parts, poster: Poster, of: () => Validated) {
    this.#parts = parts;
    this.#poster = poster;
    this.#of = of;
  }

  get status(): ValidationStatus {
    if (this.#agreed) return { state: "validated" };
    if (this.#refused !== undefined) return { state: "refused", why: this.#refused };
    if (this.#byHand === undefined || this.#asking !== undefined) return { state: "not asked" };
    const { address, until } = this.#byHand;
    return { state: "by hand", address, until };
  }

  /** Asks unless it has agreed: at once when it is declared, so that what is wrong is told before the first event, and before each attempt. */
  passed(): Promise<boolean> {
    if (this.#agreed) return Promise.resolve(true);
    if (this.#asking !== undefined) return this.#asking;
    const asking = this.#handshake(this.#turn).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    this.#asking = asking;
    return asking;
  }

  /** To be asked anew: it is another webhook. Nothing counts that was asked of the one before. */
  forget(): void {
    this.#turn++;
    this.#agreed = false;
    this.#asking = undefined;
    this.#refused = undefined;
    this.#byHand = undefined;
  }

  /** Ends the handshake by hand. False when the code is not the one last sent, or too old. */
  agreeByHand(code: string): boolean {
    const right = this.#byHand?.code === code && this.#parts.clock.now() < this.#byHand.until;
    if (right && !this.#agreed)
      this.#parts.log.info(`The webhook of '${this.#of().subscription}' was validated manually.`);
    this.#agreed ||= right;
    return right;
  }

  /** Asks nobody any more; an answer that still comes counts for nothing. */
  close(): void {
    this.#closed = true;
  }

  async #handshake(turn: number): Promise<boolean> {
    const { subscription, url, byHand, ...validated } = this.#of();
    if (url === undefined || this.#closed) return false;
    const { clock, ids, log } = this.#parts;
    const code = ids.uuid();
    const now = clock.now();
    const address = byHand(code);
    this.#byHand = { code, address, until: now + byHandWindow };
    const time = new Date(now).toISOString();
    const result = await shakeHands(this.#poster, { ...validated, url, subscription, code, byHand: address, time });
    if (this.#closed || turn !== this.#turn) return false;
    this.#refused = typeof result === "string" ? undefined : result.refused;
    if (result === "agreed") this.#agreed = true;
    else if (result === "by hand")
      log.warn(
        `The webhook of '${subscription}' has not confirmed yet. To confirm, send a GET to ${address} within ten minutes.`,
      );
    else log.error(`The webhook of '${subscription}' gets no events, because the handshake failed: ${result.refused}.`);
    return this.#agreed;
  }
}
