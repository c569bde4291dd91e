import { Refused } from "./http-answers.ts";
import type { Hub } from "./urls.ts";

type Name = string | null | undefined;

/** Why a call or a binding cannot be about the hub that it names: there is no other. Names are compared without case; a blank is none. */
export function whyNoHub({ hubName }: Pick<Hub, "hubName">, taskHub: Name): Refused | undefined {
  if (!isOther(taskHub, [hubName])) return undefined;
  return Refused.here(`there is no task hub '${taskHub}', '${hubName}' is the only one. Leave it out.`);
}

/** Why a call or a binding cannot go by the connection that it names: on Azure one that nothing is set for ends so, and here is no other storage. */
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
