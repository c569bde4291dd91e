import { webPubSub } from "./clients.ts";

/** An address to listen at must be used within so many ms; a screen does at once. Web PubSub knows whole minutes only. */
export const listenWithin = 60_000;

/** Whether anybody listens in a group now. Where that cannot be had, nobody is said to. */
export async function isConnected(group: string): Promise<boolean> {
  return (await webPubSub()).groupExists(group).catch(() => false);
}

/** Closes all connections in a group. Their screens ask for a new address, and get what their rights open then. */
export async function closeConnectionsOf(group: string): Promise<void> {
  await (await webPubSub()).group(group).closeAllConnections({ reason: "What this connection may hear has changed." });
}
