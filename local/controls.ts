import { cosmosActions } from "./control/cosmos.ts";
import { durableActions } from "./control/durable.ts";
import { eventGridActions } from "./control/eventgrid.ts";
import { faultsActions } from "./control/faults.ts";
import { functionsActions } from "./control/functions.ts";
import { type Control, type ControlOptions, startControl } from "./control/index.ts";
import { smsActions } from "./control/sms.ts";
import { webPubSubActions } from "./control/webpubsub.ts";
import type { EventGrid } from "./eventgrid/index.ts";
import type { FaultRules } from "./faults/rules.ts";
import type { Hosting } from "./hosting.ts";
import type { Services } from "./services.ts";

/** Starts the control page and the control API for all services. */
export function startControlOf(
  { cosmos, topics, custom, webPubSub, sms }: Services,
  { durable, functions }: Hosting,
  faults: FaultRules,
  options: Omit<ControlOptions, "moved" | "more" | "due" | "connections" | "addresses" | "meters">,
): Promise<Control> {
  const { recorder } = options;
  /** One entry for each topic that can be published to, with its name if there are several. */
  const byTopic = <T>(what: string, of: (topic: EventGrid) => T): Record<string, T> =>
    Object.fromEntries(custom.map(([name, topic]) => [custom.length > 1 ? `${what} ${name}` : what, of(topic)]));
  return startControl({
    ...options,
    moved: () => webPubSub.closeConnections("The clock was moved."),
    more: {
      ...durableActions(durable.manage),
      ...cosmosActions(cosmos),
      ...eventGridActions(topics, recorder),
      ...webPubSubActions(webPubSub),
      ...smsActions(sms),
      ...(functions ? functionsActions(functions, recorder) : {}),
      ...faultsActions(faults, functions),
    },
    due: () => [durable, ...topics.values(), ...(functions ? [functions] : [])].flatMap((part) => [...part.due()]),
    connections: () => ({
      "Cosmos DB": cosmos.connectionString,
      ...byTopic("Event Grid topic key", ({ key }) => key),
      "Web PubSub": webPubSub.connectionString,
      SMS: sms.connectionString,
      "Durable Functions key": durable.systemKey,
    }),
    addresses: () => ({
      ...(functions ? { Functions: functions.origin } : {}),
      "Cosmos DB": cosmos.endpoint,
      "Cosmos DB by https": cosmos.httpsEndpoint,
      ...byTopic("Event Grid topic", ({ endpoint }) => endpoint),
      "Web PubSub": webPubSub.endpoint,
      "SMS inbox": sms.inboxUrl,
    }),
    meters: () => ({
      ...(functions ? { Functions: functions.meters.executions } : {}),
      "Cosmos DB": cosmos.meters,
      ...byTopic("Event Grid", ({ meters }) => meters),
      "Web PubSub": webPubSub.meters,
      "dead letters": [...topics.values()].reduce((count, topic) => count + topic.deadLetters().length, 0),
    }),
  });
}
