import type { OrderState } from "../../../contracts/order-states.ts";

export const orchestration = "barista-robot-order";
export const handsActivity = "barista-robot-hands";
/** The only external event of the orchestration. */
export const orderNews = "order";
/** The name that screens show as the barista. */
export const robotName = "Robot";

/** The last known state of an order. */
export interface Seen {
  state: OrderState;
  version: number;
}

/** The content of the external event: a new state of the order, or that the hands are free. */
export type News = Seen | { free: true };

/** The input of the orchestration. Times are in ms. */
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

/** The instance id of the robot's orchestration for an order. The order's own orchestration has the order id. */
export function instanceOf(orderId: string): string {
  return `barista-robot-${orderId}`;
}
