/** The response of `GET /sms`. */
export interface SmsView {
  inbox: string;
  messages: {
    id: string;
    from: string;
    to: string;
    message: string;
    sentAt: string;
    tag?: string;
    delivery?: { status: string; details: string };
    automatic?: boolean;
    order?: number;
  }[];
  received: { id: string; from: string; to: string; message: string; receivedAt: string; order: number }[];
  optOuts: { from: string; to: string; since: string }[];
}

/** A message in either direction, with its phone and sender. */
export interface Line {
  id: string;
  kind: "sent" | "automatic" | "received";
  phone: string;
  sender: string;
  message: string;
  /** In ms since the epoch. */
  at: number;
  tag?: string | undefined;
  /** Why it was not delivered, if it was not. */
  failed?: string | undefined;
  order: number;
}

/** All messages, newest first. */
export function linesOf({ messages, received }: SmsView): Line[] {
  const sent = messages.map((each): Line => {
    const { id, from: sender, to: phone, message, sentAt, tag, delivery, automatic, order = 0 } = each;
    const failed = delivery?.status === "Failed" ? delivery.details : undefined;
    const kind = automatic ? "automatic" : "sent";
    return { id, kind, phone, sender, message, at: Date.parse(sentAt), tag, failed, order };
  });
  const replies = received.map(({ id, from: phone, to: sender, message, receivedAt, order }): Line => {
    return { id, kind: "received", phone, sender, message, at: Date.parse(receivedAt), order };
  });
  return [...sent, ...replies].sort((a, b) => b.order - a.order || b.at - a.at);
}

/** The senders that a phone can write to: those that have written to it, except names, which cannot receive. */
export const sendersOf = (lines: readonly Line[], phone: string): string[] =>
  [...new Set(lines.filter((line) => line.phone === phone).map(({ sender }) => sender))].filter((sender) =>
    /^\+?\d+$/.test(sender),
  );
