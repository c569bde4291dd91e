import { isCalm } from "../fair.ts";
import { byOrder, type Look } from "./look.ts";

/** Whether a message is about a ready order; all others contain sign-in codes. */
export const isAboutReady = ({ message }: { message: string }): boolean => message.includes(" is ready. ");

/** Nobody gets more text messages than they requested; without faults, everyone who requested one before the order was ready gets it. */
export const texts = (looks: readonly Look[]): string[] => {
  const [first] = looks;
  if (first === undefined) return [];
  const wanted = Map.groupBy(
    looks.flatMap(({ played }) => played.ledger.wanted),
    ({ phone }) => phone,
  );
  const due = new Set(looks.flatMap(dueIn));
  const messages = first.world.azure.sms.messages().filter(isAboutReady);
  const sent = Map.groupBy(messages, ({ to }) => to);
  return [...new Set([...wanted.keys(), ...sent.keys()])].flatMap((phone) => {
    const asked = wanted.get(phone) ?? [];
    const [got, most] = [sent.get(phone)?.length ?? 0, asked.length];
    const least = isCalm(first.fair) ? asked.filter(({ orderId }) => due.has(orderId)).length : 0;
    return got >= least && got <= most
      ? []
      : [`${phone} asked for ${most} messages, of which ${least} were due, and got ${got}.`];
  });
};

/** Orders that became ready after their customer's request. */
function dueIn({ events, played }: Look): string[] {
  const told = byOrder(events);
  return played.ledger.wanted.flatMap(({ orderId, since }) => {
    const ready = told.get(orderId)?.find(({ type }) => type === "crema.order.ready.v1");
    return since !== undefined && ready !== undefined && ready.time > since ? [orderId] : [];
  });
}
