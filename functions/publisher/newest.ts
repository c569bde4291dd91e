import { endedOrLate } from "./ended-or-late.ts";

interface Sending {
  version: number;
  sent: Promise<void>;
  /** The next message, sent when the running call has ended or takes too long. */
  next?: { version: number; send: () => Promise<void>; sent: Promise<void> };
}

const underWay = new Map<string, Sending>();

/**
 * Sends messages of which only the newest version matters, such as the queue's length. Of the messages that arrive during a call, only the newest is sent after
 * it, on behalf of all; none is sent if the running one is newer, since screens ignore older versions anyway. Nothing is remembered beyond that.
 * @param key the subject of the message and its recipients
 * @throws the error of the call that was made on its behalf, so that Event Grid delivers each of the events again
 */
export function sendNewest(key: string, version: number, send: () => Promise<void>): Promise<void> {
  const sending = underWay.get(key);
  if (sending === undefined) return begin(key, version, send);
  if (version <= sending.version) return sending.sent;
  const { next } = sending;
  if (next) {
    if (version > next.version) Object.assign(next, { version, send });
    return next.sent;
  }
  const after = { version, send, sent: Promise.resolve() };
  after.sent = endedOrLate(sending.sent).then(() => begin(key, after.version, after.send));
  sending.next = after;
  return after.sent;
}

function begin(key: string, version: number, send: () => Promise<void>): Promise<void> {
  const sending: Sending = { version, sent: send() };
  underWay.set(key, sending);
  const over = () => {
    if (underWay.get(key) === sending && sending.next === undefined) underWay.delete(key);
  };
  sending.sent.then(over, over);
  return sending.sent;
}
