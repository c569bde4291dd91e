import type { WebPubSubServiceClient } from "@azure/web-pubsub";
import type { Binding } from "../protocol.ts";
import { connectionString } from "./connections.ts";
import { option } from "./expressions.ts";
import type { InputBinding, OutputBinding } from "./kinds.ts";
import { webPubSubHere } from "./local-services.ts";
import { itemsOf, outputValue } from "./values.ts";
import { checkOptions, serviceAt } from "./web-pubsub-options.ts";

const options = ["name", "hub", "connection"];

const defaultConnection = "WebPubSubConnectionString";

/** The service's client for the hub of a binding; the package is loaded on first use. */
function clientOf(binding: Binding, settings: Record<string, string>): () => Promise<WebPubSubServiceClient> {
  const setting = String(binding.connection ?? defaultConnection);
  const connection = connectionString(settings, setting, webPubSubHere);
  serviceAt(setting, connection);
  const { hub } = binding;
  if (typeof hub !== "string" || hub === "") throw new Error('it needs "hub".');
  let client: Promise<WebPubSubServiceClient> | undefined;
  return () => {
    client ??= import("@azure/web-pubsub").then(
      ({ WebPubSubServiceClient: Client }) => new Client(connection, hub, { allowInsecureConnection: true }),
    );
    return client;
  };
}

/**
 * The input `webPubSubConnection`: address and token for a client's connection, as the user that the option names.
 * @throws Error if an option or setting is missing.
 */
export function connectionInput(binding: Binding, settings: Record<string, string>): InputBinding {
  checkOptions(binding, [...options, "userId", "clientProtocol"], "it");
  const client = clientOf(binding, settings);
  return {
    async read(data, system) {
      const userId = option(binding, "userId", data, system);
      const { baseUrl, url, token } = await (await client()).getClientAccessToken({
        ...(userId === undefined ? {} : { userId }),
        ...(binding.clientProtocol === "mqtt" ? { clientProtocol: "mqtt" as const } : {}),
      });
      return { json: JSON.stringify({ baseUrl, url, accessToken: token }) };
    },
  };
}

interface Action {
  readonly actionName?: string;
  readonly data?: unknown;
  readonly dataType?: string;
  readonly userId?: string;
  readonly group?: string;
  readonly connectionId?: string;
  readonly reason?: string;
  readonly permission?: "joinLeaveGroup" | "sendToGroup";
  readonly targetName?: string;
  readonly excluded?: string[];
}

type Act = (client: WebPubSubServiceClient, action: Action, needed: (name: keyof Action) => string) => Promise<unknown>;

const because = ({ reason }: Action) => (reason === undefined ? {} : { reason });
const closing = (action: Action) => ({
  ...because(action),
  ...(action.excluded === undefined ? {} : { excluded: action.excluded }),
});

/** Actions by their names in lower case. */
const actions: Record<string, Act> = {
  sendtoall: (client, action) => send((data, options) => client.sendToAll(data, options), action),
  sendtoconnection: (client, action, needed) =>
    send((data, options) => client.sendToConnection(needed("connectionId"), data, options), action),
  sendtouser: (client, action, needed) =>
    send((data, options) => client.sendToUser(needed("userId"), data, options), action),
  sendtogroup: (client, action, needed) =>
    send((data, options) => client.group(needed("group")).sendToAll(data, options), action),
  addusertogroup: (client, _, needed) => client.group(needed("group")).addUser(needed("userId")),
  removeuserfromgroup: (client, _, needed) => client.group(needed("group")).removeUser(needed("userId")),
  removeuserfromallgroups: (client, _, needed) => client.removeUserFromAllGroups(needed("userId")),
  addconnectiontogroup: (client, _, needed) => client.group(needed("group")).addConnection(needed("connectionId")),
  removeconnectionfromgroup: (client, _, needed) =>
    client.group(needed("group")).removeConnection(needed("connectionId")),
  closeallconnections: (client, action) => client.closeAllConnections(closing(action)),
  closeclientconnection: (client, action, needed) => client.closeConnection(needed("connectionId"), because(action)),
  closegroupconnections: (client, action, needed) => client.group(needed("group")).closeAllConnections(closing(action)),
  grantpermission: (client, action, needed) =>
    client.grantPermission(needed("connectionId"), permission(needed), target(action)),
  revokepermission: (client, action, needed) =>
    client.revokePermission(needed("connectionId"), permission(needed), target(action)),
};

const permission = (needed: (name: keyof Action) => string) =>
  needed("permission").toLowerCase() === "sendtogroup" ? ("sendToGroup" as const) : ("joinLeaveGroup" as const);
const target = ({ targetName }: Action) => (targetName === undefined ? {} : { targetName });

interface TextOptions {
  contentType: "text/plain";
  excludedConnections?: string[];
}

/** The overload of the SDK's methods that sends text; without a `contentType` the same methods send JSON and bytes. */
type Send = (message: string, options: TextOptions) => Promise<void>;

/** Sends as the extension does. `data` is a text, so JSON has to be serialized before, or a buffer; it is sent unchanged. */
function send(to: Send, { actionName, data, dataType = "text", excluded }: Action): Promise<void> {
  const kind = String(dataType).toLowerCase();
  if (kind !== "text" && kind !== "json" && kind !== "binary")
    throw new Error(`The action ${actionName} has the dataType '${dataType}'; it must be text, json or binary.`);
  const body = bodyOf(data);
  if (kind === "binary" && !Buffer.isBuffer(body))
    throw new Error(`The action ${actionName} is binary, but its "data" is not a buffer; give Buffer.from(…).`);
  if (body === undefined)
    throw new Error(
      `The action ${actionName} needs a string (or a buffer) as "data", not ${JSON.stringify(data)}; for an object, use JSON.stringify(object) with dataType "json".`,
    );
  const options = excluded === undefined ? {} : { excludedConnections: excluded };
  if (kind === "text") return to(body.toString(), { ...options, contentType: "text/plain" });
  const message = kind === "json" ? parsed(body.toString(), actionName) : body;
  return to(message as string, options as TextOptions);
}

/** A text, or a buffer that was serialized as JSON; `undefined` for anything else. */
function bodyOf(data: unknown): string | Buffer | undefined {
  if (typeof data === "string") return data;
  const { type, data: bytes } = (data ?? {}) as { type?: unknown; data?: unknown };
  return String(type).toLowerCase() === "buffer" && Array.isArray(bytes) ? Buffer.from(bytes as number[]) : undefined;
}

/** The SDK serializes values as JSON, so a JSON text is parsed first. The service rejects invalid JSON. */
function parsed(text: string, actionName: string | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(
      `The action ${actionName} has the dataType json, but its "data" is not JSON: ${(error as Error).message}. Give JSON.stringify(value).`,
    );
  }
}

/** The output `webPubSub`: one action or a list of them. @throws Error if an option or setting is missing. */
export function webPubSubOutput(binding: Binding, settings: Record<string, string>): OutputBinding {
  checkOptions(binding, options, "it");
  const client = clientOf(binding, settings);
  return {
    async write(given) {
      for (const item of itemsOf(outputValue(given))) {
        const action = (typeof item === "object" && item !== null ? item : {}) as Action;
        const act = actions[String(action.actionName ?? "").toLowerCase()];
        if (act === undefined) {
          throw new Error(
            `"${action.actionName}" is not an action of Web PubSub; the actions are ${Object.keys(actions).join(", ")} (in any case).`,
          );
        }
        const needed = (name: keyof Action): string => {
          const given = action[name];
          if (typeof given !== "string" || given === "")
            throw new Error(`The action ${action.actionName} needs "${name}".`);
          return given;
        };
        await act(await client(), action, needed);
      }
    },
  };
}
