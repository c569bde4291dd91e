import { challengeRequest, sessionRequest } from "../../contracts/http.ts";
import { clientNetworks } from "../platform/client-address.ts";
import { everyMinute } from "../platform/every-minute.ts";
import { reply, route } from "../platform/route.ts";
import { answerChallenge, startChallenge } from "./challenges.ts";
import { describeCaller } from "./me.ts";
import { closeAllSessions, closeSession, openSession, sweepSessions } from "./sessions.ts";

route({
  name: "identity-start-challenge",
  method: "POST",
  path: "sign-in/challenges",
  access: "anyone",
  body: challengeRequest,
  handler: async ({ body, request, context }) =>
    reply(202, await startChallenge(body, clientNetworks(request.headers), context)),
});

route({
  name: "identity-open-session",
  method: "POST",
  path: "sign-in/sessions",
  access: "anyone",
  body: sessionRequest,
  handler: async ({ body }) => reply(201, await openSession(await answerChallenge(body.challenge, body.code))),
});

route({
  name: "identity-close-session",
  method: "DELETE",
  path: "sign-in/sessions/current",
  access: "signed-in",
  handler: async ({ who, context }) => {
    await closeSession(who.sessionId, context);
    return { status: 204 };
  },
});

route({
  name: "identity-close-all-sessions",
  method: "DELETE",
  path: "sign-in/sessions",
  access: "signed-in",
  handler: async ({ who, context }) => {
    await closeAllSessions(who.customerId, context);
    return { status: 204 };
  },
});

everyMinute(sweepSessions);

route({
  name: "identity-me",
  method: "GET",
  path: "me",
  access: "signed-in",
  handler: async ({ who }) => reply(200, await describeCaller(who)),
});
