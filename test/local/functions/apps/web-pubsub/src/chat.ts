import { app, type HttpResponseInit, input, output, trigger } from "@azure/functions";

/** What the event `connect` brings, as much of it as is used here. */
interface Connect {
  claims: Record<string, string[]>;
  query: Record<string, string[]>;
  subprotocols: string[];
  connectionContext: { connectionId: string; hub: string };
}
interface Context {
  userId: string;
  connectionId: string;
  eventType: string;
  states: { said?: number };
}

interface Asked {
  isPreflight: boolean;
  hasError: boolean;
  response: HttpResponseInit;
  request: { data: string };
}

const actions = output.generic({ type: "webPubSub", name: "actions", hub: "chat" });
const of = (name: string, eventType: string, eventName: string, more = {}) =>
  trigger.generic({ type: "webPubSubTrigger", name, hub: "chat", eventType, eventName, ...more });

app.generic("connect", {
  trigger: of("request", "system", "connect"),
  handler: (request: unknown) => {
    const { query, subprotocols } = request as Connect;
    const [room = "none"] = query.room ?? [];
    if (room === "closed") return { code: "unauthorized", errorMessage: "This room is closed." };
    if (room === "broken") throw new Error("no room");
    return {
      userId: `guest-${room}`,
      groups: [room],
      roles: ["webpubsub.sendToGroup"],
      states: { offered: subprotocols.length },
    };
  },
});

app.generic("connected", {
  trigger: of("connectionContext", "system", "connected"),
  extraOutputs: [actions],
  handler: (given: unknown, context) => {
    const { userId } = given as Context;
    context.extraOutputs.set(actions, [{ actionName: "sendToAll", data: `${userId} is here`, dataType: "text" }]);
  },
});

app.generic("disconnected", {
  trigger: of("reason", "system", "disconnected"),
  handler: (reason: unknown, context) => context.log(`gone: ${reason}`),
});

app.webPubSub("say", {
  ...{ name: "data", hub: "chat", eventType: "user", eventName: "say", clientProtocols: "webPubSub" },
  handler: (data, { triggerMetadata = {} }) => {
    const { userId, states } = triggerMetadata.connectionContext as Context;
    const said = (states.said ?? 0) + 1;
    if (data === "plain") return "a text";
    if (data === "number") return { data: 5 };
    return { data: JSON.stringify({ userId, data, said }), dataType: "json", states: { said } };
  },
});

app.generic("alone", {
  trigger: of("request", "user", "alone"),
  extraOutputs: [actions],
  handler: (request: unknown, context) => {
    const { dataType, connectionContext } = request as { dataType: string; connectionContext: Context };
    const excluded = [connectionContext.connectionId];
    context.extraOutputs.set(actions, [{ actionName: "closeAllConnections", excluded, reason: "full" }]);
    return { data: `${dataType} ${connectionContext.eventType}`, dataType };
  },
});

app.generic("bytes", {
  trigger: of("data", "user", "bytes", { dataType: "binary" }),
  handler: (data: unknown) => ({ data: Buffer.from([...(data as Buffer), 7]) }),
});

const asked = input.webPubSubContext({ name: "asked" });
app.http("handler", {
  methods: ["OPTIONS", "POST"],
  authLevel: "anonymous",
  extraInputs: [asked],
  handler: (_, context) => {
    const given = context.extraInputs.get(asked) as Asked;
    return given.isPreflight || given.hasError ? given.response : { body: `heard ${given.request.data}` };
  },
});

const connection = input.webPubSubConnection({ name: "connection", hub: "chat", userId: "{query.user}" });
app.http("negotiate", {
  authLevel: "anonymous",
  extraInputs: [connection],
  handler: (_, context) => ({ jsonBody: context.extraInputs.get(connection) }),
});
