import { CosmosClient } from "@azure/cosmos";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { database } from "../../functions/platform/clients.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import type { Stand } from "./stand.ts";
import { topicLetters } from "./topic-letters.ts";

interface Status {
  now: string;
  addresses: Record<string, string>;
}

/** The stand on this machine. Its page "Local Azure" knows all addresses. @throws Error if nothing responds there */
export async function localStand(storeId: string, control: string): Promise<Stand> {
  const ask = async <T>(path: string): Promise<T> => {
    const url = new URL(path, control);
    const response = await fetch(url).catch(() => undefined);
    const type = response?.headers.get("content-type") ?? "";
    if (response?.ok && type.includes("json")) return (await response.json()) as T;
    await response?.body?.cancel();
    throw new Error(
      `No local stand answers at ${control}. Start one with \`npm start\`; --port says which, and --azure takes the one on Azure.`,
    );
  };
  const [{ addresses }, keys] = await Promise.all([ask<Status>("status"), ask<Record<string, string>>("connections")]);
  const part = (of: Record<string, string>, name: string) => {
    const value = of[name];
    if (value === undefined) throw new Error(`What runs at ${control} is no stand of Crema: it has no ${name}.`);
    return value;
  };
  const topic = part(addresses, "Event Grid topic");
  const key = part(keys, "Event Grid topic key");
  const functions = part(addresses, "Functions");
  const cosmos = new CosmosClient(part(keys, "Cosmos DB"));
  return {
    name: `the local stand at ${new URL(functions).host}`,
    storeId,
    container: (name) => cosmos.database(database).container(name),
    topic: new EventGridPublisherClient(topic, "CloudEvent", new AzureKeyCredential(key), {
      allowInsecureConnection: topic.startsWith("http:"),
    }),
    deadLetters: topicLetters(topic, key),
    extensions: async () => {
      const listed = await (await fetch(new URL("/admin/functions", functions))).json();
      const names = (listed as { name: string }[]).map(({ name }) => name);
      return extensionsIn().filter((each) => each.subscriptions.every((one) => names.includes(one.function)));
    },
    workflows: async () => ({ origin: functions, key: part(keys, "Durable Functions key") }),
    now: async () => Date.parse((await ask<Status>("status")).now),
    close: () => cosmos.dispose(),
  };
}
