import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import type { CremaEvent } from "../../contracts/events.ts";
import { replayTargets } from "../../infra/replays.ts";
import { publish } from "../events/publish.ts";
import { subscriptionsWith } from "../events/targets.ts";
import { copiesOf } from "../events/tell-again.ts";
import type { World } from "./world.ts";

/** Tells all that is in a store's archive again, as `npm run events -- replay` does, to whoever can be named: who has heard of it counts it once. */
export async function replay(world: World, store: string): Promise<void> {
  const targets = [...replayTargets(subscriptionsWith(world.extensions))].map(([name, types]) => ({ name, types }));
  const archived = ["codes", "orders"].flatMap((name) =>
    world.documents<{ event: CremaEvent }>(name, store, "c.kind = 'event'"),
  );
  const events = archived.map(({ event }) => event).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const { endpoint, key } = world.azure.eventGrid;
  const topic = new EventGridPublisherClient(endpoint, "CloudEvent", new AzureKeyCredential(key), {
    allowInsecureConnection: true,
  });
  const copies = events.flatMap((event) => copiesOf(event, "replay", targets));
  await publish({ topic, name: "the simulated stand" }, copies);
}
