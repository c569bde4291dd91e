import type { LockStep, Turner } from "../kernel/lock-step.ts";
import { type FromWorker, type Posted, readPosted, type ToWorker } from "./protocol.ts";

interface Ends {
  /** Posts all messages as one. */
  post(messages: Posted<ToWorker>[]): void;
  receive(message: FromWorker): void;
}

/** The messages between host and application if they run by turns. */
export class ThreadTurns implements Turner {
  readonly #lockStep: LockStep;
  readonly #ends: Ends;
  #waiting: Posted<ToWorker>[];
  #nextDue: number | undefined;
  /** Set during its turn: ends the turn, with the messages sent in it. */
  #over: ((nextDue?: number) => void) | undefined;
  #said: FromWorker[] = [];

  /** @param waiting the messages that already wait for it */
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

  /** Queues a message for the application, for one of its next turns. */
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

  /** Messages outside of a turn (about what the machine did for it) are received at once. */
  take(messages: Posted<FromWorker>[]): void {
    for (const posted of messages) {
      const message = readPosted(posted);
      if (message.kind === "turnOver") this.#over?.(message.nextDue);
      else if (this.#over) this.#said.push(message);
      else this.#ends.receive(message);
    }
  }

  /** Called when the thread has ended. */
  end(): void {
    this.#waiting = [];
    this.#over?.();
    this.#lockStep.remove(this);
  }

  /** Replies and invocations are delivered in any order; nothing overtakes the stop. */
  #draw(): { now: Posted<ToWorker>[]; later: Posted<ToWorker>[] } {
    const ends = this.#waiting.some((message) => typeof message !== "string" && message.kind === "stop");
    return ends ? { now: this.#waiting, later: [] } : this.#lockStep.draw(this.#waiting);
  }
}
