import { Refusal } from "../kernel/refusal.ts";
import type { EventFilter } from "../webpubsub/event-filter.ts";
import type { WebPubSub } from "../webpubsub/index.ts";
import type { Actions } from "./actions.ts";

/**
 * Web PubSub: connections, messages and event handlers.
 *
 * | request | does |
 * | --- | --- |
 * | GET /webpubsub | hubs with their connections, users and groups, and the destinations of their events |
 * | POST /webpubsub/HUB/send | sends `data` to everybody, a `group`, a `user` or a `connection` |
 * | POST /webpubsub/HUB/connections/ID/close | closes a connection; its client may open a new one. `reason` |
 * | POST /webpubsub/HUB/connections/ID/drop | breaks its socket like a lost network, to see the client recover |
 */
export function webPubSubActions(service: WebPubSub): Actions {
  const known = (hub: string, id: string) => {
    if (service.connections(hub).some(({ connectionId }) => connectionId === id)) return;
    throw new Refusal(404, "NotFound", `The hub "${hub}" has no connection "${id}".`);
  };
  return {
    "GET /webpubsub": () => ({
      endpoint: service.endpoint,
      meters: service.meters,
      hubs: service.hubs.map((name) => ({
        name,
        connections: service.connections(name),
        eventHandlers: [
          ...service.eventHandlers(name).map(({ urlTemplate, recorded, ...filter }) => ({
            to: recorded ? "functions" : String(urlTemplate),
            ...wanted(filter),
          })),
          ...service.eventListeners(name).map(({ endpoint, filter }) => ({
            to: `event hub ${endpoint.eventHubName}`,
            ...wanted(filter),
          })),
        ],
      })),
    }),
    "POST /webpubsub/*/send": async ({ names: [hub = ""], body }) => {
      const { data, group, user, connection } = await body();
      if (data === undefined) throw new RangeError("data is missing: the message to send.");
      const given = [group, user, connection].filter((to) => to !== undefined && to !== "");
      if (given.length > 1) throw new RangeError("Only one of group, user and connection can be given.");
      if (given.some((to) => typeof to !== "string"))
        throw new RangeError("group, user and connection must be strings.");
      const to = (kind: "group" | "user" | "connection", id: unknown) => (id ? { [kind]: String(id) } : {});
      return {
        reached: service.send(hub, data, {
          ...to("group", group),
          ...to("user", user),
          ...to("connection", connection),
        }),
      };
    },
    "POST /webpubsub/*/connections/*/close": async ({ names: [hub = "", id = ""], body }) => {
      const { reason = "Closed manually." } = await body();
      if (typeof reason !== "string") throw new RangeError("reason must be a string.");
      known(hub, id);
      service.closeConnection(id, reason);
    },
    "POST /webpubsub/*/connections/*/drop": ({ names: [hub = "", id = ""] }) => {
      known(hub, id);
      service.drop(id);
    },
  };
}

const wanted = ({ userEventPattern = "", systemEvents = [] }: EventFilter) => ({ userEventPattern, systemEvents });
