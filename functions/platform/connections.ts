import { webPubSub } from "./clients.ts";

/** How long a client URL is valid, in ms. A screen connects at once; Web PubSub allows whole minutes only. */
export const listenWithin = 60_000;

/**
 * How long services accept a token after its expiry, in ms, since clocks differ: so a client URL can be used to connect for six minutes.
 * @see https://github.com/Azure/azure-webpubsub/blob/main/tools/emulator/src/Microsoft.Azure.WebPubSub.Emulator/WebPubSubTokenService.cs
 */
export const clockSkew = 5 * 60_000;

/** Whether a group has connections now. If that cannot be determined, the answer is no. */
export async function isConnected(group: string): Promise<boolean> {
  return (await webPubSub()).groupExists(group).catch(() => false);
}

/** Closes all connections in a group. The screens request a new client URL, with the permissions that they have then. */
export async function closeConnectionsOf(group: string): Promise<void> {
  await (await webPubSub()).group(group).closeAllConnections({ reason: "What this connection may hear has changed." });
}
