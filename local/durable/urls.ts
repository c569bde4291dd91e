/** The addresses that the host returns. */

export const webhookPath = "/runtime/webhooks/durabletask";
/** The path that the SDK's client calls, on a server of its own; a secret follows. */
export const rpcPath = "/durabletask";
/** The default name of the storage connection, which host.json can override. */
export const storageConnection = "Storage";

export interface UrlBase {
  /** For example `http://127.0.0.1:7071`. */
  readonly origin: string;
  /** The query of every address of a hub: see `queryOf`. */
  readonly query: string;
}

export interface Hub {
  readonly hubName: string;
  readonly systemKey: string;
  /** The name of the storage connection in addresses. */
  readonly connectionName: string;
}

/** The query of the addresses of a hub. */
export const queryOf = ({ hubName, systemKey, connectionName }: Hub): string =>
  `taskHub=${encodeURIComponent(hubName)}&connection=${encodeURIComponent(connectionName)}&code=${encodeURIComponent(systemKey)}`;

/** The address of an instance's status; `id` is already escaped. */
export const statusUrl = (base: UrlBase, id: string) => `${base.origin}${webhookPath}/instances/${id}?${base.query}`;

/** The addresses for managing an instance, in the order of the real host; `id` is already escaped. */
export function managementUrls(base: UrlBase, id: string, withRewind: boolean): Record<string, string> {
  const instance = `${base.origin}${webhookPath}/instances/${id}`;
  const rest = base.query;
  return {
    statusQueryGetUri: `${instance}?${rest}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${rest}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${rest}`,
    ...(withRewind ? { rewindPostUri: `${instance}/rewind?reason={text}&${rest}` } : {}),
    purgeHistoryDeleteUri: `${instance}?${rest}`,
    restartPostUri: `${instance}/restart?${rest}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${rest}`,
    resumePostUri: `${instance}/resume?reason={text}&${rest}`,
  };
}

/** The JSON text of a `durableClient` binding. Without an `rpcBaseUrl` the client calls the webhooks, with their key. */
export function clientBinding(
  { origin, ...hub }: Hub & Pick<UrlBase, "origin">,
  boundConnection: string | null,
  rpcBaseUrl: string | null,
): string {
  const webhook = `${origin}${webhookPath}`;
  const code = `code=${encodeURIComponent(hub.systemKey)}`;
  const create = `${webhook}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: hub.hubName,
    connectionName: boundConnection,
    creationUrls: {
      createNewInstancePostUri: `${create}?${code}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${code}`,
    },
    managementUrls: { id: "INSTANCEID", ...managementUrls({ origin, query: queryOf(hub) }, "INSTANCEID", true) },
    baseUrl: webhook,
    requiredQueryStringParameters: code,
    rpcBaseUrl,
    httpBaseUrl: null,
    maxGrpcMessageSizeInBytes: null,
    grpcHttpClientTimeout: null,
  });
}
