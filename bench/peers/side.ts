/** A system that the bench runs in turn with the others: ours, or a peer. */
export interface Side {
  name: string;
  /** What it makes durable before it answers, so that the comparison is fair. */
  durability: string;
  /** How the driver calls it. */
  reached: string;
  /** @throws NotRun if it cannot run here */
  open(): Promise<Open>;
}

/** A running system. */
export interface Open {
  /** Full cycles per second. */
  cycles(name: string, count: number, atOnce: number): Promise<number>;
  /** From the event to the next step, ms of each. @param rest ms in which all workflows begin to wait */
  wakes(name: string, count: number, atOnce: number, rest: number): Promise<number[]>;
  close(): Promise<void>;
}

/** Why a peer was not run; the table shows the reason. */
export class NotRun extends Error {}
