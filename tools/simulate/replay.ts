import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { replayTargets } from "../../infra/replays.ts";
import { publish } from "../events/publish.ts";
import { subscriptionsWith } from "../events/targets.ts";
import { copiesOf } from "../events/tell-again.ts";
import type { World } from "./world.ts";

/** Replays a store's archive, as `npm run events -- replay` does, to all possible targets: a subscriber that knows an event counts it once. */
export async function replay(world: World, store: string): Promise<void> {
  const targets = [...replayTargets(subscriptionsWith(world.extensions))].map(([name, types]) => ({ name, types }));
  const events = world.archived(store, ["codes", "orders"]).sort((a, b) => a.time.localeCompare(b.time));
  const { endpoint, key } = world.azure.eventGrid;
  const topic = new EventGridPublisherClient(endpoint, "CloudEvent", new AzureKeyCredential(key), {
    allowInsecureConnection: true,
  });
  const copies = events.flatMap((event) => copiesOf(event, "replay", targets));
  await publish({ topic, name: "the simulated stand" }, copies);
}
