import type { Sms } from "../sms/index.ts";
import type { Actions } from "./actions.ts";

/**
 * SMS messages, replies and opt-outs.
 *
 * | request | does |
 * | --- | --- |
 * | GET /sms?to=NUMBER | messages sent and what became of them, newest first; replies from phones; opt-outs |
 * | POST /sms/replies | sends `message` as the phone `from` to the sender `to` |
 * | POST /sms/optouts | opts the phone `to` out of messages from the sender `from`, or in again, as `optedOut` says |
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
