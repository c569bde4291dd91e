/** So long (ms) a call of Web PubSub that does not end holds up what comes after it for the same hearers: many times what one takes. */
const patience = 2_000;

/** Resolves once what is sent has ended, or has taken so long that what waits for it is sent beside it. */
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
