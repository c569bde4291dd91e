import { connectionString } from "../bindings/connections.ts";
import type { Binding } from "../protocol.ts";

/** A storage account of the user, from a connection setting: Azurite or a real one. */
export interface StorageAccount {
  /** The name of the setting. */
  readonly setting: string;
  readonly connection: string;
}

/** The setting of the account in which the host keeps its own data; bindings without a connection use it, too. */
export const hostSetting = "AzureWebJobsStorage";

const example =
  '"UseDevelopmentStorage=true" for Azurite, or "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net" for an account';

/**
 * The account of a binding's `connection`.
 * @throws Error if the setting is missing, with its name and what it would contain, or if it contains something else.
 */
export function accountOf({ connection, sdkBinding }: Binding, settings: Record<string, string>): StorageAccount {
  if (sdkBinding === true)
    throw new Error('"sdkBinding" is not known to the local functions host; it gives the content, not a client.');
  return accountAt(typeof connection === "string" && connection !== "" ? connection : hostSetting, settings);
}

/** The account of a setting, by the setting's name. @throws Error as `accountOf` does. */
export function accountAt(setting: string, settings: Record<string, string>): StorageAccount {
  const connection = connectionString(settings, setting, example);
  const known = /^UseDevelopmentStorage=true|(^|;)(AccountName|SharedAccessSignature)=/i.test(connection);
  if (!known)
    throw new Error(`the setting "${setting}" is not a connection string of Storage; an example is ${example}.`);
  return { setting, connection };
}
