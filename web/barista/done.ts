import type { OrderView } from "../../contracts/order.ts";

/** An action on this tablet that can be undone. */
export interface Done {
  order: OrderView;
  command: "claim" | "release" | "ready" | "collect" | "cancel";
  /** True once the API has accepted; before that there is nothing to undo. */
  agreed?: Promise<boolean>;
}

/** The maximum that is remembered. */
const most = 20;

/** The command that reverses another one. */
export function opposite(command: Done["command"]): "claim" | "release" | "recall" {
  return command === "claim" ? "release" : command === "release" ? "claim" : "recall";
}

/** The state that each command leads to. */
const leadsTo = {
  claim: "making",
  release: "queued",
  ready: "ready",
  collect: "collected",
  cancel: "cancelled",
} as const satisfies Record<Done["command"], OrderView["state"]>;

/** Whether an order is still as a command of `me` left it. A colleague may have changed it since: then there is nothing of it to undo. */
export function isStill(command: Done["command"], now: OrderView, me: string | undefined): boolean {
  return now.state === leadsTo[command] && (command !== "claim" || now.barista?.id === me);
}

/** Whether a command can be undone. */
export function canUndo(command: string): command is Done["command"] {
  return ["claim", "release", "ready", "collect", "cancel"].includes(command);
}

/** The latest actions at the bar, for *undo*: one for each order. */
export class Stack {
  #done: Done[] = [];

  /** Adds an action, in place of an earlier one on the same order. */
  add(done: Done): void {
    this.#done = [...this.#done.filter(({ order }) => order.id !== done.order.id), done].slice(-most);
  }
  /** Removes and returns the latest action. */
  take(): Done | undefined {
    return this.#done.pop();
  }
  /** Removes the action on an order, which cannot be undone any more. */
  drop(orderId: string): void {
    this.#done = this.#done.filter(({ order }) => order.id !== orderId);
  }
}
