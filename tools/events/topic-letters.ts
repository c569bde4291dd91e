import { byAge, type DeadLetters, type Letter } from "./letters.ts";

/** The format of the local topic. */
interface Told {
  id: string;
  subscription: string;
  event: Record<string, unknown>;
  deadLetterReason: string;
  deliveryAttempts: number;
  lastDeliveryOutcome: string;
  lastHttpStatusCode?: number;
  publishTime: string;
  lastDeliveryAttemptTime?: string;
}

/** The dead letters of a local topic, which stores them itself, without a storage account. */
export function topicLetters(endpoint: string, key: string): DeadLetters {
  const ask = async (method: string, path: string) => {
    const response = await fetch(new URL(path, endpoint), { method, headers: { "aeg-sas-key": key } });
    if (response.ok || (method === "DELETE" && response.status === 404)) return response;
    throw new Error(`The local Event Grid answered ${response.status}: ${await response.text()}`);
  };
  return {
    async list() {
      const told = (await (await ask("GET", "/deadletters")).json()) as Told[];
      return told.map(letterOf).sort(byAge);
    },
    async remove(letters) {
      for (const { id } of letters) await (await ask("DELETE", `/deadletters/${encodeURIComponent(id)}`)).arrayBuffer();
    },
  };
}

function letterOf({ id, subscription, event, lastHttpStatusCode: status, ...told }: Told): Letter {
  return {
    id,
    subscription,
    event,
    reason: told.deadLetterReason,
    attempts: told.deliveryAttempts,
    outcome: told.lastDeliveryOutcome,
    ...(status !== undefined && { status }),
    publishedAt: told.publishTime,
    ...(told.lastDeliveryAttemptTime !== undefined && { lastAttemptAt: told.lastDeliveryAttemptTime }),
  };
}
