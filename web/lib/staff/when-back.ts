import { patient, repeat } from "../repeat.ts";

/**
 * Calls `back` once `look` succeeds. Tries it now and then, and at once when the browser reports a network: nobody presses buttons on a wall screen.
 * @param look a request to the site @returns a function that ends it
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
