import type { Log } from "../../kernel/log.ts";
import type { StorageAccount } from "./account.ts";

/** Whether a call to Storage failed with one of its error codes, such as `QueueNotFound`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  const { code, details } = (error ?? {}) as { code?: unknown; details?: { errorCode?: unknown } };
  return codes.includes(String(code)) || codes.includes(String(details?.errorCode));
}

/** The reason why a call to Storage failed, in one line; the SDK's own message for an HTTP error has many lines. */
export function reasonOf(error: unknown): string {
  const {
    name,
    message = "",
    code,
    statusCode,
  } = (error ?? {}) as Partial<Error & { code: string; statusCode: number }>;
  if (name === "AbortError") return "it does not answer";
  const [line = ""] = message.split("\n");
  const text = line.trim() === "" || line.startsWith("{") ? (code ?? "it did not say why") : line;
  return statusCode === undefined ? text : `${statusCode} ${text}`;
}

/** The error of a binding whose storage call failed, with the setting of the account. */
export function storageError(error: unknown, what: string, { setting }: StorageAccount): Error {
  return new Error(`${what}, in the storage that "${setting}" leads to: ${reasonOf(error)}`, { cause: error });
}

/** Logs that something in Storage is unavailable, once for each reason, and that it is available again. */
export class Outage {
  readonly #log: Log;
  readonly #what: string;
  readonly #ability: string;
  #told = "";

  /** `what` and `ability` are subject and verb of the messages: "The queue … cannot be read", "The queue … can be read again". */
  constructor(log: Log, what: string, ability = "be read") {
    this.#log = log;
    this.#what = what;
    this.#ability = ability;
  }

  /** Logs that it is unavailable, unless the last message gave the same reason. */
  tell(error: unknown): void {
    const reason = reasonOf(error);
    if (reason === this.#told) return;
    this.#told = reason;
    this.#log.error(`${this.#what} cannot ${this.#ability}: ${reason}. It is retried until it can.`);
  }

  /** Logs that it is available again, if it was logged as unavailable. */
  over(): void {
    if (this.#told !== "") this.#log.info(`${this.#what} can ${this.#ability} again.`);
    this.#told = "";
  }
}
