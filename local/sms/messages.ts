import type { Parts } from "../kernel/parts.ts";
import type { Change } from "../store/store.ts";
import { isPhoneNumber } from "./numbers.ts";
import type { SendRequest } from "./send.ts";

/** A message as it was sent. */
export interface SmsMessage {
  id: string;
  from: string;
  to: string;
  message: string;
  /** ISO 8601. */
  sentAt: string;
  tag?: string;
  repeatabilityRequestId?: string;
}

/** What the caller is told of one recipient. */
export interface SendResult {
  to: string;
  messageId?: string;
  httpStatusCode: number;
  repeatabilityResult?: "accepted";
  successful: boolean;
  errorMessage?: string;
}

const table = "sms/messages";
/** The inbox keeps this many; older ones go. */
const mostKept = 500;

/** The messages in the store, and which requests were seen already. */
export class Messages {
  readonly #parts: Parts;
  readonly #byRequest = new Map<string, SmsMessage>();

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const message of this.#table.values()) this.#index(message);
  }

  /** Newest first; all, or those to one number. */
  list(to?: string): SmsMessage[] {
    return [...this.#table.values()].filter((message) => to === undefined || message.to === to).reverse();
  }

  /** Keeps a message for each good recipient, once for each `repeatabilityRequestId`; resolves when they are on disk. */
  async send(request: SendRequest): Promise<{ results: SendResult[]; sent: number }> {
    const changes: Change[] = [];
    const results = request.recipients.map(({ to, repeatabilityRequestId }): SendResult => {
      if (!isPhoneNumber(to)) {
        // Word for word as the service was recorded.
        return { to, httpStatusCode: 400, errorMessage: "Invalid To phone number format.", successful: false };
      }
      const before = repeatabilityRequestId && this.#byRequest.get(key(repeatabilityRequestId, to));
      const message = before || this.#make(request, to, repeatabilityRequestId);
      if (!before) changes.push({ table, key: message.id, value: message });
      return { to, messageId: message.id, httpStatusCode: 202, repeatabilityResult: "accepted", successful: true };
    });
    const surplus = this.#table.size + changes.length - mostKept;
    const old: Change[] = [...this.#table.values()]
      .slice(0, Math.max(0, surplus))
      .map((message) => this.#forget(message));
    await this.#parts.store.commit([...changes, ...old]);
    return { results, sent: changes.length };
  }

  get #table(): ReadonlyMap<string, SmsMessage> {
    return this.#parts.store.table<SmsMessage>(table);
  }

  #make({ from, message, tag }: SendRequest, to: string, repeatabilityRequestId: string | undefined): SmsMessage {
    const made: SmsMessage = {
      id: `Outgoing_${this.#parts.ids.uuid()}`,
      from,
      to,
      message,
      sentAt: new Date(this.#parts.clock.now()).toISOString(),
      ...(tag === undefined ? {} : { tag }),
      ...(repeatabilityRequestId === undefined ? {} : { repeatabilityRequestId }),
    };
    this.#index(made);
    return made;
  }

  #index(message: SmsMessage): void {
    if (message.repeatabilityRequestId !== undefined) {
      this.#byRequest.set(key(message.repeatabilityRequestId, message.to), message);
    }
  }

  #forget(message: SmsMessage): Change {
    if (message.repeatabilityRequestId !== undefined) {
      this.#byRequest.delete(key(message.repeatabilityRequestId, message.to));
    }
    return { table, key: message.id, value: undefined };
  }
}

const key = (requestId: string, to: string) => `${requestId} ${to}`;
