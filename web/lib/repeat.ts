/** What is asked again and again. `ended` is true once nobody wants the answer any more: then nothing may be begun with it. */
export type Ask = (ended: () => boolean) => Promise<unknown>;

/**
 * Calls `ask` after `first` ms, and again `pause` ms after each time that it has come to its end, well or not, until the function that it
 * returns is called; never two at a time. `pause` gets how many times in a row it has failed. All that asks by the clock goes through here: an
 * answer that comes after the end sets no timer.
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

/** The pause doubled with each failure, up to half a minute; a third more by chance, so that not all ask in the same instant. */
export function patient(milliseconds: number): (failures: number) => number {
  return (failures) => Math.min(30_000, milliseconds * 2 ** failures) * (1 + Math.random() / 3);
}
