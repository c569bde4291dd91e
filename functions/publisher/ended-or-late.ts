/** How long an unfinished call to Web PubSub delays later messages to the same recipients, in ms: many times the usual duration of a call. */
const patience = 2_000;

/** Resolves when a call has ended, or has taken so long that the next one starts in parallel. */
export function endedOrLate(sent: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, patience);
    const over = () => {
      clearTimeout(late);
      resolve();
    };
    sent.then(over, over);
  });
}
