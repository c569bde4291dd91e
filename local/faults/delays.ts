/** The length of a delay in ms. */
export const delayOf = ({ milliseconds = 1000 }: { readonly milliseconds?: number }): number => milliseconds;

/** The delays that are under way, each of a rule. */
export class Delays {
  /** What ends each, with its rule's id. */
  readonly #ends = new Map<() => void, number>();

  /** Resolves after ms of the machine's time, or when the delay is ended. Not of the local clock, which waits for what is delayed. */
  begin(rule: number, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#ends.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#ends.set(end, rule);
    });
  }

  /** Ends the delays of one rule, or of all. @returns whether there were any */
  end(rule?: number): boolean {
    const ends = [...this.#ends].flatMap(([end, of]) => (rule === undefined || of === rule ? [end] : []));
    for (const end of ends) end();
    return ends.length > 0;
  }
}
