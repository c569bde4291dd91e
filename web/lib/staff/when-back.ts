import { patient, repeat } from "../repeat.ts";

/**
 * Calls `back` once `look` works, which it is asked to now and then, and at once when the browser says that there is a network. A screen on a wall has nobody who
 * presses a button.
 * @param look asks for something of the site @returns what ends it
 */
export function whenBack(look: () => Promise<unknown>, back: () => void): () => void {
  let end = (): void => undefined;
  const begin = (first: number): void => {
    end();
    end = repeat(
      async (ended) => {
        await look();
        if (ended()) return;
        stop();
        back();
      },
      first,
      patient(5_000),
    );
  };
  const now = (): void => begin(0);
  const stop = (): void => {
    removeEventListener("online", now);
    end();
  };
  addEventListener("online", now);
  begin(5_000);
  return stop;
}
