import { Refused } from "./http-answers.ts";
import type { Hub } from "./urls.ts";

type Name = string | null | undefined;

/** Why a call or a binding for the named hub is refused: there is only one hub. Names are compared without case; a blank means none. */
export function whyNoHub({ hubName }: Pick<Hub, "hubName">, taskHub: Name): Refused | undefined {
  if (!isOther(taskHub, [hubName])) return undefined;
  return Refused.here(`there is no task hub '${taskHub}', '${hubName}' is the only one. Leave it out.`);
}

/**
 * Why a call or a binding with the named connection is refused: on Azure a connection without a setting fails, and here there is no other storage.
 */
export function whyNoConnection(
  { connectionName }: Pick<Hub, "connectionName">,
  connection: Name,
): Refused | undefined {
  const own = connectionName.toLowerCase() === "storage" ? ["Storage", "AzureWebJobsStorage"] : [connectionName];
  if (!isOther(connection, own)) return undefined;
  const message = `Unable to resolve the Azure Storage connection named '${connection}'. The local Azure has only '${connectionName}': leave it out.`;
  return Refused.as("System.InvalidOperationException", message);
}

const isOther = (name: Name, own: readonly string[]): boolean =>
  (name ?? "").trim() !== "" && !own.some((each) => each.toLowerCase() === name?.toLowerCase());
