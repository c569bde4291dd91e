import type { OrderView } from "../../contracts/order.ts";

/** What was done on this tablet that can be taken back, the last first to go. */
export interface Done {
  order: OrderView;
  command: "claim" | "release" | "ready" | "collect" | "cancel";
  /** Comes true once the API has agreed; before that there is nothing to take back. */
  agreed?: Promise<boolean>;
}

/** So many are remembered. */
const most = 20;

/** What takes a command back. */
export function opposite(command: Done["command"]): "claim" | "release" | "recall" {
  return command === "claim" ? "release" : command === "release" ? "claim" : "recall";
}

/** Whether a command can be taken back, so that it is worth remembering. */
export function canUndo(command: string): command is Done["command"] {
  return ["claim", "release", "ready", "collect", "cancel"].includes(command);
}

/** What was done last at the bar, for *undo*: one thing for each order. */
export class Stack {
  #done: Done[] = [];

  /** Remembers what was done, in place of what was done with the same order before. */
  add(done: Done): void {
    this.#done = [...this.#done.filter(({ order }) => order.id !== done.order.id), done].slice(-most);
  }
  /** The last, which is not remembered from then on. */
  take(): Done | undefined {
    return this.#done.pop();
  }
  /** Forgets what was done with an order: it cannot be taken back any more. */
  drop(orderId: string): void {
    this.#done = this.#done.filter(({ order }) => order.id !== orderId);
  }
}
