import { endedOrLate } from "./ended-or-late.ts";

interface Sending {
  version: number;
  sent: Promise<void>;
  /** What is sent when that has ended, or takes too long. */
  next?: { version: number; send: () => Promise<void>; sent: Promise<void> };
}

const underWay = new Map<string, Sending>();

/**
 * Sends what only the newest version of matters of, such as the queue's length. Of those that come while one is sent only the newest is sent after it, for all
 * of them, and none when what is sent is newer: screens drop what is older anyway. Nothing is remembered beyond that.
 * @param key what it is a version of, and who hears it @throws what `send` threw of the one that stood for it, so that each is told again by Event Grid
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
