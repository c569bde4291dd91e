/** What the bench runs in turn: ours, and each peer. */
export interface Side {
  name: string;
  /** What it does before it answers, so that like is compared with like. */
  durability: string;
  /** How the driver reaches it. */
  reached: string;
  /** @throws NotRun when it cannot be run here */
  open(): Promise<Open>;
}

/** One that runs. */
export interface Open {
  /** Full cycles a second. */
  cycles(name: string, count: number, atOnce: number): Promise<number>;
  /** Event → next step, ms of each. @param rest ms in which all of them begin to wait */
  wakes(name: string, count: number, atOnce: number, rest: number): Promise<number[]>;
  close(): Promise<void>;
}

/** Why a peer was not run: it stands in the table. */
export class NotRun extends Error {}
