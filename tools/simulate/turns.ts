/**
 * One device after the other: a request of another waits until that of the one before is answered and all that follows from it is done. Who is first when
 * several act at the same moment is then not for threads to decide, and a day can be had again. What one device does at once (two taps) stays so.
 */
export class Turns {
  readonly #settle: () => Promise<void>;
  #holder: object | undefined;
  #going = 0;
  readonly #waiting: { who: object; go: () => void }[] = [];

  constructor(settle: () => Promise<void>) {
    this.#settle = settle;
  }

  async take<T>(who: object, work: () => Promise<T>): Promise<T> {
    if (this.#holder !== undefined && this.#holder !== who)
      await new Promise<void>((go) => this.#waiting.push({ who, go }));
    else {
      this.#holder = who;
      this.#going++;
    }
    try {
      return await work();
    } finally {
      await this.#settle();
      this.#end();
    }
  }

  #end(): void {
    if (--this.#going > 0) return;
    const next = this.#waiting[0];
    this.#holder = next?.who;
    for (let first = this.#waiting[0]; first !== undefined && first.who === next?.who; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#going++;
      first.go();
    }
  }
}
