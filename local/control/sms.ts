import type { Sms } from "../sms/index.ts";
import type { Actions } from "./actions.ts";

/** `GET /sms?to=NUMBER`: what was sent, newest first. */
export function smsActions(sms: Sms): Actions {
  return {
    "GET /sms": ({ url }) => {
      // A plus that was not encoded arrives as a blank.
      const to = url.searchParams.get("to")?.replace(/^ /, "+");
      return { inbox: sms.inboxUrl, messages: sms.messages(to || undefined) };
    },
  };
}
