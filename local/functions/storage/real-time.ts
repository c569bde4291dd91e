/**
 * A wait in the machine's time. Whatever depends on a storage service waits this way, because the service has its own clock: a message becomes
 * visible again by that clock, independent of the clock of the local Azure.
 */
export class Pause {
  #end: () => void = () => undefined;

  /** Resolves after this number of milliseconds, or when `end` is called. */
  for(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      // A wait alone keeps no process alive: those that wait belong to a host that listens.
      const timer = setTimeout(resolve, milliseconds).unref();
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the current wait, if there is one. */
  end(): void {
    this.#end();
  }
}
