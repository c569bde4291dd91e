import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cosmos, startCosmos } from "./cosmos/index.ts";
import { type EventGrid, startEventGrid } from "./eventgrid/index.ts";
import { StorageClients } from "./functions/storage/clients.ts";
import type { Parts } from "./kernel/parts.ts";
import { certificateFile, type Endpoints, type LocalAzureOptions } from "./options.ts";
import {
  communicationTopic,
  databasesOf,
  hubsOf,
  retentionOf,
  systemTopicsOf,
  type TopicDeclaration,
  topicsOf,
} from "./resources.ts";
import { type Sms, startSms } from "./sms/index.ts";
import { startWebPubSub, type WebPubSub } from "./webpubsub/index.ts";

/** What the services are started with. */
export interface Starting {
  /** What the part of a name is given. */
  parts(name: string): Parts;
  /** Waits for a part, and closes it with all others. */
  opened<T extends { close(): Promise<void> }>(part: Promise<T>): Promise<T>;
}

export interface Services {
  readonly cosmos: Cosmos;
  /** The first topic. */
  readonly eventGrid: EventGrid;
  /** Every topic by its name, system topics too. */
  readonly topics: ReadonlyMap<string, EventGrid>;
  /** Those that an application publishes to. */
  readonly custom: readonly (readonly [string, EventGrid])[];
  readonly webPubSub: WebPubSub;
  readonly sms: Sms;
  readonly storage: StorageClients;
  readonly endpoints: Endpoints;
}

/** Starts the services that an application calls. */
export async function startServices(
  { parts, opened }: Starting,
  {
    data,
    host = "127.0.0.1",
    publicHost = "127.0.0.1",
    inboxHost,
    ports = {},
    resources,
    names = [],
  }: LocalAzureOptions,
): Promise<Services> {
  const allVersions = retentionOf(resources);
  const cosmos = await opened(
    startCosmos(parts("cosmos"), {
      port: ports.cosmos ?? 0,
      names,
      certificateNames: [publicHost],
      ...(allVersions ? { allVersions } : {}),
      entraTokens: resources.cosmos?.entraTokens,
    }),
  );
  const { secure } = cosmos;
  // For NODE_EXTRA_CA_CERTS, which wants a file before a client starts.
  if (data !== undefined) await writeFile(join(data, certificateFile), cosmos.certificate);
  for (const { database, containers } of databasesOf(resources)) await cosmos.declare(database, containers);
  const declared = topicsOf(resources);
  const storage = new StorageClients();
  const topics = new Map<string, EventGrid>();
  const startTopic = async ({
    topic,
    inputSchema,
    source,
  }: Pick<TopicDeclaration, "topic" | "inputSchema"> & { source?: string }) => {
    const own = parts(declared.length > 1 ? `eventgrid ${topic}` : "eventgrid");
    const port = ports.eventGrid ? ports.eventGrid + topics.size : 0;
    const more = { ...(inputSchema ? { inputSchema } : {}), ...(source ? { source } : {}) };
    const started = await opened(startEventGrid(own, { port, names, secure, topic, storage, ...more }));
    topics.set(topic, started);
    return started;
  };
  const [first = { topic: "events" }, ...others] = declared;
  const eventGrid = await startTopic(first);
  for (const other of others) await startTopic(other);
  const systemTopics = systemTopicsOf(resources);
  for (const system of systemTopics) await startTopic(system);
  const hubs = hubsOf(resources);
  const webPubSub = await opened(
    startWebPubSub(parts("webpubsub"), {
      host,
      port: ports.webPubSub ?? 0,
      names: [publicHost, ...names],
      secure,
      // Clients dial the address in their token: with a port of its own choice it can only be the one it listens on.
      ...(ports.webPubSub ? { origin: `http://${publicHost}:${ports.webPubSub}` } : {}),
      ...(hubs ? { hubs: hubs.map(({ hub }) => hub) } : {}),
    }),
  );
  const told = topics.get(communicationTopic);
  const sms = await opened(
    startSms(parts("sms"), {
      host: inboxHost ?? "127.0.0.1",
      port: ports.sms ?? 0,
      secure,
      ...(resources.sms?.senders ? { senders: resources.sms.senders } : {}),
      ...(told ? { publish: told.emit } : {}),
      // Its own name in the network only when it is open to it.
      names: inboxHost === undefined ? names : [publicHost, ...names],
    }),
  );
  const custom = [...topics].filter(([, topic]) => !topic.isSystem);
  const endpoints: Endpoints = { cosmos, eventGrid, topics: Object.fromEntries(custom), webPubSub, sms };
  return { cosmos, eventGrid, topics, custom, webPubSub, sms, storage, endpoints };
}
