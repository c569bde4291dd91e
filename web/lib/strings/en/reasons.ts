import type { CancelReason, PauseReason } from "../../../../contracts/order-states.ts";

/** The predefined reasons that a bar can give, as the bar chooses them and as customers read them. */
export const reasons = {
  cancel: {
    "out-of-stock": "We ran out of something for it",
    "machine-down": "The machine is down",
    closing: "We are closing",
    mistake: "Ordered by mistake",
    "made-twice": "It was made twice",
  } satisfies Record<CancelReason, string>,
  pause: {
    busy: "We are catching up",
    machine: "We are cleaning the machine",
    supplies: "We are fetching supplies",
    break: "Short break",
  } satisfies Record<PauseReason, string>,
};
