/**
 * A wait in the machine's time. What depends on a storage service waits so, because the service goes by its own clock: a message is visible again
 * when that clock says so, whatever the clock of the local Azure says.
 */
export class Pause {
  #end: () => void = () => undefined;

  /** Resolves after so many milliseconds, or when `end` is called. */
  for(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      // Waiting alone keeps no process alive: whoever waits belongs to a host that listens.
      const timer = setTimeout(resolve, milliseconds).unref();
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the wait that is under way, if there is one. */
  end(): void {
    this.#end();
  }
}
