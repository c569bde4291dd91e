import { endedOrLate } from "./ended-or-late.ts";

/** So many messages go in one: far below what Web PubSub takes. */
const most = 100;

interface Waiting<T> {
  message: T;
  done(): void;
  failed(error: unknown): void;
}

/** Who waits for what is under way to the same hearers; there while something is. */
const waiting = new Map<string, Waiting<unknown>[]>();

/**
 * Sends what many have to say to the same hearers in few messages: the first at once, and those that come while it is under way together after it, or beside it where it
 * takes too long. So in a rush a hundred orders are a handful of calls, and where one comes alone nothing is different.
 * @param hearers whom it goes to @param send the same for all of these hearers @throws what `send` threw, to each whose message was in it, so that each is told
 * again by Event Grid
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
