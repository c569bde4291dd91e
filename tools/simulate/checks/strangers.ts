import type { PushMessage } from "../../../contracts/push.ts";
import type { Check } from "./look.ts";

/** No data of another stand is on a screen, or reaches it; only their own orders, and messages to them alone, reach users at every stand. */
export const strangers: Check = ({ played: { screens, store } }) =>
  screens.flatMap(({ device, kind }) => {
    const { page, queue, window, me } = device;
    const shown = [page, queue, window, ...device.orders.values()].filter((one) => one && one.storeId !== store);
    const isOwn = (message: PushMessage) => me !== undefined && customerOf(message) === me.customerId;
    const heard = device.ofElsewhere.filter((message) => !isOwn(message));
    const who = `The ${kind} of ${device.phone} at ${store}`;
    return [
      ...shown.map((one) => `${who} shows something of ${one?.storeId}.`),
      ...heard.map(({ kind }) => `${who} was told of another stand: ${kind}.`),
    ];
  });

function customerOf(message: PushMessage): string | undefined {
  if (message.kind === "order") return message.order.customerId;
  if (message.kind !== "notice" || typeof message.notice.audience !== "object") return undefined;
  return message.notice.audience.customer;
}
