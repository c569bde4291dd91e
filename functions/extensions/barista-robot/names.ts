import type { OrderState } from "../../../contracts/order-states.ts";

export const orchestration = "barista-robot-order";
export const handsActivity = "barista-robot-hands";
/** The one external event of the workflow. */
export const orderNews = "order";
/** As screens show who makes the drink. */
export const robotName = "Robot";

/** What an order was seen to be. */
export interface Seen {
  state: OrderState;
  version: number;
}

/** What the workflow is told: what became of its order, or that the hands it waits for are free. */
export type News = Seen | { free: true };

/** What the workflow starts with. Times in ms. */
export interface RobotStart extends Seen {
  orderId: string;
  storeId: string;
  /** Since the epoch: when it came into the queue, and when it expires. */
  queuedAt: number;
  deadline: number;
  /** How long it waits for a person, and how long a drink takes. */
  patience: number;
  making: number;
}

/** The workflow of an order with the robot. Not the order's own, which has the id of the order. */
export function instanceOf(orderId: string): string {
  return `barista-robot-${orderId}`;
}
