import type { Parts } from "../kernel/parts.ts";
import { byHandWindow, shakeHands } from "./handshake.ts";
import type { Poster } from "./post.ts";
import type { InputSchema } from "./schema.ts";

/** The state of the handshake with a webhook. */
export type ValidationStatus =
  | { state: "not needed" | "not asked" | "validated" }
  /** Until this time (ms since the epoch) a GET of the address validates the webhook. */
  | { state: "by hand"; address: string; until: number }
  | { state: "refused"; why: string };

/** The webhook to validate, and its subscription. */
export interface Validated {
  subscription: string;
  /** The webhook; `undefined` if its address is not known yet, or if it needs no validation. */
  url: string | undefined;
  /** The delivery schema. Each schema has its own handshake. */
  schema: InputSchema;
  topicId: string;
  headers: Record<string, string>;
  /** The manual validation address with this code. */
  byHand(code: string): string;
}

/** The validation of one subscription's webhook. */
export class Validation {
  readonly #parts: Parts;
  readonly #poster: Poster;
  readonly #of: () => Validated;
  #agreed = false;
  #closed = false;
  #asking: Promise<boolean> | undefined;
  /** Identifies the current webhook: responses of an earlier one are ignored. */
  #turn = 0;
  #refused: string | undefined;
  /** The code of the last validation, and until when manual validation is possible, in ms since the epoch. */
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

  /**
   * Validates the webhook unless it has agreed: when it is declared, so that problems are reported before the first event, and before each attempt.
   */
  passed(): Promise<boolean> {
    if (this.#agreed) return Promise.resolve(true);
    if (this.#asking !== undefined) return this.#asking;
    const asking = this.#handshake(this.#turn).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    this.#asking = asking;
    return asking;
  }

  /** Resets the validation for another webhook. Results of the previous one are ignored. */
  forget(): void {
    this.#turn++;
    this.#agreed = false;
    this.#asking = undefined;
    this.#refused = undefined;
    this.#byHand = undefined;
  }

  /** Completes manual validation. False if the code is not the latest one, or has expired. */
  agreeByHand(code: string): boolean {
    const right = this.#byHand?.code === code && this.#parts.clock.now() < this.#byHand.until;
    if (right && !this.#agreed)
      this.#parts.log.info(`The webhook of '${this.#of().subscription}' was validated manually.`);
    this.#agreed ||= right;
    return right;
  }

  /** Stops validating; a response that still arrives is ignored. */
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
