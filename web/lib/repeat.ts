/** A request that is repeated. `ended` is true once the result is no longer wanted: then nothing may be started with it. */
export type Ask = (ended: () => boolean) => Promise<unknown>;

/**
 * Calls `ask` after `first` ms, and again `pause` ms after each call has ended, successfully or not, until the returned function is called; never two
 * at a time. `pause` gets the number of consecutive failures. All polling goes through here: a response that arrives after the end sets no timer.
 */
export function repeat(ask: Ask, first: number, pause: (failures: number) => number): () => void {
  let ended = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout>;
  const once = async (): Promise<void> => {
    try {
      await ask(() => ended);
      failures = 0;
    } catch {
      failures++;
    }
    if (!ended) timer = setTimeout(once, pause(failures));
  };
  timer = setTimeout(once, first);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** The delay, doubled with each failure up to half a minute, plus a random part of up to a third, so that clients do not ask all at once. */
export function patient(milliseconds: number): (failures: number) => number {
  return (failures) => Math.min(30_000, milliseconds * 2 ** failures) * (1 + Math.random() / 3);
}
