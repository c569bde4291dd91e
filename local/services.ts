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

/** The means to start the services. */
export interface Starting {
  /** What the named part is given. */
  parts(name: string): Parts;
  /** Waits for a part, and registers it to be closed with all others. */
  opened<T extends { close(): Promise<void> }>(part: Promise<T>): Promise<T>;
}

export interface Services {
  readonly cosmos: Cosmos;
  /** The first topic. */
  readonly eventGrid: EventGrid;
  /** Every topic by name, including system topics. */
  readonly topics: ReadonlyMap<string, EventGrid>;
  /** The topics that an application publishes to. */
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
      consistency: resources.cosmos?.consistency,
    }),
  );
  const { secure } = cosmos;
  // For NODE_EXTRA_CA_CERTS, which requires the file before a client starts.
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
      // Clients connect to the address in their token. If the service chooses its own port, that can only be the address it listens on.
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
      // The public name is accepted only if the inbox is open to the network.
      names: inboxHost === undefined ? names : [publicHost, ...names],
    }),
  );
  const custom = [...topics].filter(([, topic]) => !topic.isSystem);
  const endpoints: Endpoints = { cosmos, eventGrid, topics: Object.fromEntries(custom), webPubSub, sms };
  return { cosmos, eventGrid, topics, custom, webPubSub, sms, storage, endpoints };
}
