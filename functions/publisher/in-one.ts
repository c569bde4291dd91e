import { endedOrLate } from "./ended-or-late.ts";

/** The most messages in one call, far below the limit of Web PubSub. */
const most = 100;

interface Waiting<T> {
  message: T;
  done(): void;
  failed(error: unknown): void;
}

/** The waiting messages by recipients; an entry exists while a call is running. */
const waiting = new Map<string, Waiting<unknown>[]>();

/**
 * Batches messages to the same recipients. The first one is sent at once. Those that arrive while it is being sent go together in the next call, after it or, if
 * it takes too long, in parallel. So a rush of a hundred orders costs a handful of calls, and a single message is not delayed.
 * @param hearers the recipients @param send the same function for all messages to these recipients
 * @throws the error of `send`, for each message in the failed call, so that Event Grid delivers each of their events again
 */
export function inOne<T>(hearers: string, message: T, send: (messages: T[]) => Promise<void>): Promise<void> {
  return new Promise((done, failed) => {
    const one = { message, done, failed } as Waiting<unknown>;
    const others = waiting.get(hearers);
    if (others) others.push(one);
    else {
      waiting.set(hearers, []);
      void sendThose(hearers, [one], send as (messages: unknown[]) => Promise<void>);
    }
  });
}

async function sendThose(
  hearers: string,
  first: Waiting<unknown>[],
  send: (messages: unknown[]) => Promise<void>,
): Promise<void> {
  for (let those = first; those.length > 0; those = waiting.get(hearers)?.splice(0, most) ?? []) {
    await endedOrLate(sendAtOnce(those, send));
  }
  waiting.delete(hearers);
}

async function sendAtOnce(those: Waiting<unknown>[], send: (messages: unknown[]) => Promise<void>): Promise<void> {
  try {
    await send(those.map(({ message }) => message));
    for (const { done } of those) done();
  } catch (error) {
    for (const { failed } of those) failed(error);
  }
}
