import type { PushMessage } from "../../../contracts/push.ts";
import type { Check } from "./look.ts";

/** Nothing of another stand is on a screen, or reaches it; only of their own orders people hear at every stand. */
export const strangers: Check = ({ played: { screens, store } }) =>
  screens.flatMap(({ device, kind }) => {
    const { page, queue, window, me } = device;
    const shown = [page, queue, window, ...device.orders.values()].filter((one) => one && one.storeId !== store);
    const isOwn = (message: PushMessage) => message.kind === "order" && message.order.customerId === me?.customerId;
    const heard = device.ofElsewhere.filter((message) => !isOwn(message));
    const who = `The ${kind} of ${device.phone} at ${store}`;
    return [
      ...shown.map((one) => `${who} shows something of ${one?.storeId}.`),
      ...heard.map(({ kind }) => `${who} was told of another stand: ${kind}.`),
    ];
  });
