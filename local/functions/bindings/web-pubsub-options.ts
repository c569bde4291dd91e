import type { Binding } from "../protocol.ts";
import { type Access, accessOf } from "../triggers/web-pubsub-events.ts";
import { connectionSettings, connectionString } from "./connections.ts";
import { webPubSubHere } from "./local-services.ts";

/** Members that the library adds itself. */
const always = ["type", "direction", "properties"];

/** Rejects options that a binding does not support, by name. @throws Error */
export function checkOptions(binding: Binding, known: readonly string[], what: string): void {
  const names = [...always, ...known].map((name) => name.toLowerCase());
  const unknown = Object.entries(binding).find(
    ([name, value]) => value !== undefined && !names.includes(name.toLowerCase()),
  );
  if (unknown !== undefined) {
    throw new Error(`${what} has no option "${unknown[0]}"; it has ${known.join(", ")}.`);
  }
}

const defaultConnection = "WebPubSubConnectionString";

/** The service of the connection string in a setting. @throws Error that names the setting, and what it would contain */
export function serviceAt(setting: string, connection: string): Access {
  const access = accessOf(connection);
  if (access !== undefined) return access;
  throw new Error(
    `the setting "${setting}" is not a connection string of Web PubSub (Endpoint=…;AccessKey=…;). It should hold ${webPubSubHere}.`,
  );
}

/** The services that may send events: those that the binding names, otherwise the one of the default setting, otherwise any. @throws Error */
export function accessesOf({ connections, connection }: Binding, settings: Record<string, string>): Access[] {
  const named = connections ?? (connection === undefined ? undefined : [connection]);
  if (named !== undefined && !(Array.isArray(named) && named.every((each) => typeof each === "string")))
    throw new Error('"connections" must be a list of names of settings.');
  if (named !== undefined && named.length > 0)
    return named.map((name: string) => serviceAt(name, connectionString(settings, name, webPubSubHere)));
  const value = connectionSettings(settings, defaultConnection)?.value;
  return value === undefined || value === "" ? [] : [serviceAt(defaultConnection, value)];
}
