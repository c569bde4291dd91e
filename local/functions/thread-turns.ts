import type { LockStep, Turner } from "../kernel/lock-step.ts";
import { type FromWorker, type Posted, readPosted, type ToWorker } from "./protocol.ts";

interface Ends {
  /** Posts all of it as one. */
  post(messages: Posted<ToWorker>[]): void;
  receive(message: FromWorker): void;
}

/** What host and application say to each other where they work by turns. */
export class ThreadTurns implements Turner {
  readonly #lockStep: LockStep;
  readonly #ends: Ends;
  #waiting: Posted<ToWorker>[];
  #nextDue: number | undefined;
  /** While it has its turn: ends that, with what was said in it. */
  #over: ((nextDue?: number) => void) | undefined;
  #said: FromWorker[] = [];

  /** @param waiting what is to be told to it already */
  constructor(lockStep: LockStep, ends: Ends, waiting: Posted<ToWorker>[]) {
    this.#lockStep = lockStep;
    this.#ends = ends;
    this.#waiting = waiting;
    lockStep.add(this);
    if (this.isAsked) lockStep.tell();
  }

  get isAsked(): boolean {
    return this.#waiting.length > 0;
  }

  get nextDue(): number | undefined {
    return this.#nextDue;
  }

  /** Tells the application something, in a turn of its to come. */
  send(message: Posted<ToWorker>): void {
    this.#waiting.push(message);
    this.#lockStep.tell();
  }

  turn(now: number): Promise<() => void> {
    return new Promise((resolve) => {
      this.#over = (nextDue) => {
        const said = this.#said;
        this.#said = [];
        this.#over = undefined;
        this.#nextDue = nextDue;
        resolve(() => {
          for (const message of said) this.#ends.receive(message);
        });
      };
      const told = this.#draw();
      this.#waiting = told.later;
      this.#ends.post([...told.now, { kind: "turn", now }]);
    });
  }

  /** What comes when it is nobody's turn (of what the machine did for it) is taken in at once. */
  take(messages: Posted<FromWorker>[]): void {
    for (const posted of messages) {
      const message = readPosted(posted);
      if (message.kind === "turnOver") this.#over?.(message.nextDue);
      else if (this.#over) this.#said.push(message);
      else this.#ends.receive(message);
    }
  }

  /** The thread has ended. */
  end(): void {
    this.#waiting = [];
    this.#over?.();
    this.#lockStep.remove(this);
  }

  /** Answers and invocations come in any order; nothing overtakes the end. */
  #draw(): { now: Posted<ToWorker>[]; later: Posted<ToWorker>[] } {
    const ends = this.#waiting.some((message) => typeof message !== "string" && message.kind === "stop");
    return ends ? { now: this.#waiting, later: [] } : this.#lockStep.draw(this.#waiting);
  }
}
