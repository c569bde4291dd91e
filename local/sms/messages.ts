import type { Parts } from "../kernel/parts.ts";
import type { Change, Table } from "../store/store.ts";
import { isPhoneNumber } from "./numbers.ts";
import type { OptOuts } from "./opt-outs.ts";
import type { SendRequest } from "./send.ts";

/** A sent message. */
export interface SmsMessage {
  id: string;
  from: string;
  to: string;
  message: string;
  /** ISO 8601. */
  sentAt: string;
  tag?: string;
  repeatabilityRequestId?: string;
  /** Whether it was delivered, and if not why, in the service's words; ISO 8601. */
  delivery?: { status: "Delivered" | "Failed"; details: string; at: string };
  /** Set for an automatic answer of the network or the service. */
  automatic?: true;
  /** Ascending over sent and received messages, because the clock may stand still. */
  order?: number;
}

/** A message from a phone. */
export interface ReceivedSms {
  id: string;
  from: string;
  to: string;
  message: string;
  /** ISO 8601. */
  receivedAt: string;
  /** As for sent messages. */
  order: number;
}

/** The result for one recipient, for the caller. */
export interface SendResult {
  to: string;
  messageId?: string;
  httpStatusCode: number;
  repeatabilityResult?: "accepted" | "rejected";
  successful: boolean;
  errorMessage?: string;
}

const table = "sms/messages";
const receivedTable = "sms/received";
/** The inbox keeps this many of each kind; older ones are deleted. */
const mostKept = 500;

/** The messages in the store, and the ids of repeatable requests. */
export class Messages {
  readonly #parts: Parts;
  readonly #optOuts: OptOuts;
  readonly #byRequest = new Map<string, SmsMessage>();
  #order: number;

  constructor(parts: Parts, optOuts: OptOuts) {
    this.#parts = parts;
    this.#optOuts = optOuts;
    for (const message of this.#table.values()) this.#index(message);
    const all = [...this.#table.values(), ...this.#received.values()];
    this.#order = all.reduce((last, { order = 0 }) => Math.max(last, order), 0);
  }

  /** Delivered messages, newest first; all, or those to one number. */
  list(to?: string): SmsMessage[] {
    return this.sent(to).filter(({ delivery }) => delivery?.status !== "Failed");
  }

  /** Sent messages, delivered or not, newest first. */
  sent(to?: string): SmsMessage[] {
    return [...this.#table.values()].filter((message) => to === undefined || message.to === to).reverse();
  }

  /** Messages from phones, newest first. */
  received(): ReceivedSms[] {
    return [...this.#received.values()].reverse();
  }

  /**
   * Stores a message for each valid recipient, once per `repeatabilityRequestId`; resolves when they are on disk. For a recipient who has opted out
   * it is
   * stored as not delivered.
   */
  async send(request: SendRequest): Promise<{ results: SendResult[]; sent: SmsMessage[] }> {
    const sent: SmsMessage[] = [];
    const results = request.recipients.map(({ to, repeatabilityRequestId }): SendResult => {
      if (!isPhoneNumber(to)) {
        // Word for word as recorded from the service.
        return { to, httpStatusCode: 400, errorMessage: "Invalid To phone number format.", successful: false };
      }
      const before = repeatabilityRequestId && this.#byRequest.get(key(repeatabilityRequestId, to));
      if (before && (before.message !== request.message || before.from !== request.from)) return rejected(to);
      const message = before || this.#make(request, to, repeatabilityRequestId);
      if (!before) sent.push(message);
      return { to, messageId: message.id, httpStatusCode: 202, repeatabilityResult: "accepted", successful: true };
    });
    await this.#keep(sent);
    return { results, sent };
  }

  /** Stores an automatic answer of the network or the service. */
  async answer(from: string, to: string, message: string): Promise<void> {
    const made = this.#make({ from, message, tag: undefined }, to, undefined, true);
    await this.#keep([{ ...made, automatic: true }]);
  }

  /** Stores a message from a phone; resolves when it is on disk. */
  async receive(from: string, to: string, message: string): Promise<ReceivedSms> {
    const made = {
      id: `Incoming_${this.#parts.ids.uuid()}`,
      from,
      to,
      message,
      receivedAt: this.#now(),
      order: ++this.#order,
    };
    const old = [...this.#received.keys()].slice(0, Math.max(0, this.#received.size + 1 - mostKept));
    await this.#parts.store.commit([
      { table: receivedTable, key: made.id, value: made },
      ...old.map((key): Change => ({ table: receivedTable, key, value: undefined })),
    ]);
    return made;
  }

  get #table(): Table<SmsMessage> {
    return this.#parts.store.table<SmsMessage>(table);
  }

  get #received(): Table<ReceivedSms> {
    return this.#parts.store.table<ReceivedSms>(receivedTable);
  }

  #now(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  #keep(sent: readonly SmsMessage[]): Promise<void> {
    const surplus = this.#table.size + sent.length - mostKept;
    const old = [...this.#table.values()].slice(0, Math.max(0, surplus)).map((message) => this.#forget(message));
    return this.#parts.store.commit([...sent.map((value) => ({ table, key: value.id, value })), ...old]);
  }

  #make(
    { from, message, tag }: Pick<SendRequest, "from" | "message" | "tag">,
    to: string,
    repeatabilityRequestId: string | undefined,
    always = false,
  ): SmsMessage {
    const at = this.#now();
    const made: SmsMessage = {
      id: `Outgoing_${this.#parts.ids.uuid()}`,
      from,
      to,
      message,
      sentAt: at,
      ...(tag === undefined ? {} : { tag }),
      ...(repeatabilityRequestId === undefined ? {} : { repeatabilityRequestId }),
      delivery:
        !always && this.#optOuts.has(from, to)
          ? { status: "Failed", details: "Sender blocked for given recipient.", at }
          : { status: "Delivered", details: "No error.", at },
      order: ++this.#order,
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

/** A different request with a used id is not a repetition of the first one. (OASIS, Repeatable Requests 1.0) */
const rejected = (to: string): SendResult => ({
  ...{ to, httpStatusCode: 412, repeatabilityResult: "rejected", successful: false },
  errorMessage: "The repeatabilityRequestId was used for another message.",
});

const key = (requestId: string, to: string) => `${requestId} ${to}`;
