import { isCalm } from "../fair.ts";
import { byOrder, type Look } from "./look.ts";

/** Whether a message is about an order that is ready; all others are codes to sign in with. */
export const isAboutReady = ({ message }: { message: string }): boolean => message.includes(" is ready. ");

/** Nobody is told by SMS more often than they asked for; and where nothing goes wrong, whoever had asked before it was ready is. */
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

/** Orders that were ready after their customer had asked to be told. */
function dueIn({ events, played }: Look): string[] {
  const told = byOrder(events);
  return played.ledger.wanted.flatMap(({ orderId, since }) => {
    const ready = told.get(orderId)?.find(({ type }) => type === "crema.order.ready.v1");
    return since !== undefined && ready !== undefined && ready.time > since ? [orderId] : [];
  });
}
