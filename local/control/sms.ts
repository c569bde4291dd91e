import type { Sms } from "../sms/index.ts";
import type { Actions } from "./actions.ts";

/**
 * What goes over the network of phones.
 *
 * | request | does |
 * | --- | --- |
 * | GET /sms?to=NUMBER | what was sent, with what became of it, newest first; what phones have written; who has opted out of what |
 * | POST /sms/replies | writes `message` to the sender `to` as the phone `from` |
 * | POST /sms/optouts | opts the phone `to` out of what the sender `from` sends, or in again, as `optedOut` says |
 */
export function smsActions(sms: Sms): Actions {
  return {
    "GET /sms": ({ url }) => {
      // An unencoded plus arrives as a space.
      const to = url.searchParams.get("to")?.replace(/^ /, "+") || undefined;
      return {
        inbox: sms.inboxUrl,
        messages: sms.sent().filter((message) => to === undefined || message.to === to),
        received: sms.received().filter((message) => to === undefined || message.from === to),
        optOuts: sms.optOuts(),
      };
    },
    "POST /sms/replies": async (asked) => {
      const { from, to, message } = await asked.body();
      return sms.reply(String(from ?? ""), String(to ?? ""), String(message ?? ""));
    },
    "POST /sms/optouts": async (asked) => {
      const { from, to, optedOut } = await asked.body();
      if (typeof from !== "string" || typeof to !== "string" || typeof optedOut !== "boolean")
        throw new RangeError("from, to and optedOut are needed: two numbers, and true or false.");
      await sms.setOptOut(from, to, optedOut);
    },
  };
}
