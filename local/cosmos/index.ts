import type { ServerResponse } from "node:http";
import { listen, type Secure } from "../kernel/http-server.ts";
import type { Parts } from "../kernel/parts.ts";
import { Account } from "./account.ts";
import type { ChangeFeedSource } from "./change-feed.ts";
import { type ConsistencyLevel, usualConsistency } from "./consistency.ts";
import type { Retention } from "./container.ts";
import { type ContainerDefinition, checkedContainer } from "./definitions.ts";
import { Faults } from "./faults.ts";
import { feedSource } from "./feed-source.ts";
import { certificatePath, Https } from "./https.ts";
import { Manage } from "./manage.ts";
import type { Meters } from "./meters.ts";
import { canonical, type Json } from "./query/values.ts";
import { CosmosServer, largestRequest } from "./server.ts";
import { wellKnownKey } from "./well-known-key.ts";

export type { ChangeFeedSource } from "./change-feed.ts";
export type { Fault, FaultKind, FaultyRequest } from "./faults.ts";
export type { ContainerRow, DatabaseRow, FoundItem, FoundVersion, QueryPage, UserRow } from "./managed.ts";

export interface CosmosOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 (the default) uses any free port. */
  port?: number;
  /** Host names that requests may use, in addition to those of this machine. */
  names?: readonly string[];
  /** Host names for the certificate, in addition to those and `names`. */
  certificateNames?: readonly string[];
  /** The account key, base64. Default: the well-known key of emulators, which is public. */
  key?: string;
  /** Partition key ranges of each container. With two, clients must merge results as for a container that has grown. Default 1. */
  ranges?: 1 | 2;
  /** Keeps every change of the items for the all versions and deletes change feed, like an Azure account with continuous backup. */
  allVersions?: Retention;
  /** `unchecked` accepts any Entra ID token over https, without validation, and grants it read and write access to all items. */
  entraTokens?: "unchecked" | undefined;
  /**
   * The account's consistency, which clients read and requests may only weaken. Default Session, as on Azure. Whatever it is, reads here are never
   * stale; at the two strongest levels they cost twice.
   */
  consistency?: ConsistencyLevel | undefined;
}

export interface ContainerDeclaration {
  id: string;
  /** A path such as `/storeId`; a list of up to three paths is a hierarchical partition key. */
  partitionKey: string | readonly string[];
  /** Seconds; -1 expires only items with a `ttl`. */
  defaultTtl?: number;
  /** Each entry is a list of paths whose values together are unique within a partition. */
  uniqueKeys?: string[][];
  indexingPolicy?: object;
}

export interface Cosmos {
  readonly endpoint: string;
  /** The same with `https:`, for clients that trust the certificate. */
  readonly httpsEndpoint: string;
  /** PEM, created when first needed. It is also served at `/_explorer/emulator.pem`. */
  readonly certificate: string;
  /** Lets other servers of this machine serve https with the same certificate. */
  readonly secure: Secure;
  readonly key: string;
  readonly connectionString: string;
  readonly port: number;
  readonly feed: ChangeFeedSource;
  /** Makes requests fail on purpose. */
  readonly faults: Faults;
  /** For tools: reads the account and changes items. */
  readonly manage: Manage;
  readonly meters: Readonly<Meters>;
  /** Creates the database and the containers that are missing. Existing ones keep their items and take the declared settings. */
  declare(database: string, containers: ContainerDeclaration[]): Promise<void>;
  /** Stops serving; the store stays open. */
  close(): Promise<void>;
}

/**
 * Starts a local Cosmos DB for NoSQL over HTTP and https on the same port, with the state in `parts.store`.
 * @throws `PortTakenError` if the port is in use.
 */
export async function startCosmos(parts: Parts, options: CosmosOptions = {}): Promise<Cosmos> {
  const own = { ...parts, log: parts.log.named("cosmos") };
  const key = options.key ?? wellKnownKey;
  const secret = Buffer.from(key, "base64");
  const { ranges, allVersions: retention, consistency = usualConsistency } = options;
  const account = new Account(own, { key: secret, split: ranges === 2, retention, consistency });
  const faults = new Faults();
  const anyEntraToken = options.entraTokens === "unchecked";
  if (anyEntraToken) own.log.warn(nothingChecked);
  const server = new CosmosServer(own, account, { key: secret, anyEntraToken, now: () => own.clock.now() }, faults);
  const { host = "127.0.0.1", port = 0 } = options;
  const endpoint = (): string => `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${listening.port}/`;
  const https = new Https(own, [...(options.names ?? []), ...(options.certificateNames ?? [])]);
  const secure: Secure = {
    certificate: () => https.certificate(),
    untrusted: (error) => https.untrusted(endpoint(), error),
  };
  const listening = await listen({
    part: "Cosmos DB",
    host,
    port,
    names: options.names ?? [],
    // Larger than the largest item or batch, so that those get their proper refusal.
    bodyLimit: 2 * largestRequest,
    headersTooLong,
    handle: (request, response) =>
      request.method === "GET" && request.url === certificatePath
        ? sendCertificate(response, https)
        : server.handle(request, response),
    secure,
    failed: (error) => own.log.warn("A connection broke.", { error: String(error) }),
  });
  return {
    endpoint: endpoint(),
    httpsEndpoint: endpoint().replace("http:", "https:"),
    get certificate() {
      return https.certificate().cert;
    },
    secure,
    key,
    connectionString: `AccountEndpoint=${endpoint()};AccountKey=${key};`,
    port: listening.port,
    feed: feedSource(account, own.ids),
    faults,
    manage: new Manage(account, own.ids, own.recorder),
    meters: server.meters,
    declare: async (database, containers) => {
      const owner = account.databases.get(database) ?? (await account.createDatabase({ id: database }));
      for (const declaration of containers) {
        const body = definitionOf(declaration);
        const existing = owner.containers.get(declaration.id);
        if (existing === undefined) await account.createContainer(owner, body);
        else if (!isAs(existing.definition, body)) await account.replaceContainer(existing, body);
      }
    },
    close: async () => {
      account.close();
      await listening.close();
    },
  };
}

/** In the words of the service's front end, and as JSON: the SDK fails on a response without a body. */
const headersTooLong = {
  status: 400,
  code: "BadRequest",
  message:
    "The size of the request headers is too long: with the first line they may have at most 16 KB. A partition key, which is sent in a header, may have at most 2,048 bytes.",
};

const nothingChecked =
  "ENTRA ID TOKENS ARE NOT VERIFIED: over https any string is accepted as a token, whatever its signature, audience, tenant, expiry or roles. Azure checks all of these, and role assignments too.";

function sendCertificate(response: ServerResponse, https: Https): void {
  response.writeHead(200, { "content-type": "application/x-pem-file" });
  response.end(https.certificate().cert);
}

/** Whether a container already matches its declaration. */
function isAs({ _rid, _self, _etag, _ts, ...definition }: ContainerDefinition, body: object): boolean {
  const text = (value: object): string => canonical(JSON.parse(JSON.stringify(value)) as Json);
  return text(definition) === text(checkedContainer(body));
}

function definitionOf({ id, partitionKey, defaultTtl, uniqueKeys, indexingPolicy }: ContainerDeclaration): object {
  return {
    id,
    partitionKey: {
      paths: [partitionKey].flat(),
      kind: Array.isArray(partitionKey) ? "MultiHash" : "Hash",
      version: 2,
    },
    ...(defaultTtl === undefined ? {} : { defaultTtl }),
    ...(uniqueKeys === undefined ? {} : { uniqueKeyPolicy: { uniqueKeys: uniqueKeys.map((paths) => ({ paths })) } }),
    ...(indexingPolicy === undefined ? {} : { indexingPolicy }),
  };
}
