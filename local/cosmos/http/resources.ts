import type { Account } from "../account.ts";
import type { Container } from "../container.ts";
import { answeredContainer, type ContainerDefinition } from "../definitions.ts";
import { askedThroughput, type Offer, offerOf } from "../offers.ts";
import { type Call, isTrue, jsonBody, type Reply } from "./call.ts";

/** The account properties, which clients read first. The locations repeat the address that the client used. */
export function answerAccount(call: Call, { consistency }: Account): Reply {
  const endpoint = `${call.secure ? "https" : "http"}://${call.header("host") ?? "127.0.0.1"}/`;
  const locations = [{ name: "Local", databaseAccountEndpoint: endpoint }];
  const body = {
    _self: "",
    id: "local-azure",
    _rid: "local-azure",
    media: "//media/",
    addresses: "//addresses/",
    _dbs: "//dbs/",
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 1 },
    userConsistencyPolicy: { defaultConsistencyLevel: consistency },
    systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 1 },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: JSON.stringify({
      maxSqlQueryInputLength: 262_144,
      maxJoinsPerSqlQuery: 5,
      maxLogicalAndPerSqlQuery: 500,
      maxLogicalOrPerSqlQuery: 500,
      maxUdfRefPerSqlQuery: 10,
      maxInExpressionItemsCount: 16_000,
      queryMaxInMemorySortDocumentCount: 500,
      maxQueryRequestTimeoutFraction: 0.9,
      sqlAllowNonFiniteNumbers: false,
      sqlAllowAggregateFunctions: true,
      sqlAllowSubQuery: true,
      sqlAllowScalarSubQuery: true,
      allowNewKeywords: true,
      sqlAllowLike: true,
      sqlAllowGroupByClause: true,
      maxSpatialQueryCells: 12,
      spatialMaxGeometryPointCount: 256,
      sqlDisableQueryILOptimization: false,
      sqlDisableFilterPlanOptimization: false,
      sqlDisableOptimizationFlags: 0,
      enableSpatialIndexing: true,
    }),
  };
  return { status: 200, body };
}

/** Handles requests on one database: read and delete. */
export async function answerDatabase(call: Call, account: Account, id: string): Promise<Reply> {
  const database = account.database(id);
  if (call.method === "GET") return definition(200, database.definition);
  await account.deleteDatabase(database);
  return { status: 204 };
}

/** Creates a database, and answers 201 with its definition. @throws a 400, or a 409 if the id is taken */
export async function createDatabase(call: Call, account: Account): Promise<Reply> {
  return definition(201, (await account.createDatabase(jsonBody(call), askedThroughput(call.header))).definition);
}

/** Handles requests on one container: read, replace and delete. */
export async function answerContainer(call: Call, account: Account, container: Container): Promise<Reply> {
  if (call.method === "GET") return containerReply(200, container.definition, quota(call, container));
  if (call.method === "PUT")
    return containerReply(200, (await account.replaceContainer(container, jsonBody(call))).definition);
  await account.deleteContainer(container);
  return { status: 204 };
}

/** Creates a container, and answers 201 with its definition. @throws a 400, a 404 without the database, a 409 if the id is taken */
export async function createContainer(call: Call, account: Account, database: string): Promise<Reply> {
  const throughput = askedThroughput(call.header);
  const container = await account.createContainer(account.database(database), jsonBody(call), throughput);
  return containerReply(201, container.definition);
}

/** Handles requests on one offer: read and replace. */
export async function answerOffer(call: Call, account: Account, id: string): Promise<Reply> {
  const before = offerOf(account.allOffers(), id);
  if (call.method === "GET") return offerReply(before);
  await account.offers.replace(before, jsonBody(call));
  return offerReply(offerOf(account.allOffers(), id));
}

const offerReply = (offer: Offer): Reply => {
  const reply = definition(200, offer);
  return { ...reply, headers: { ...reply.headers, "x-ms-cosmos-min-throughput": "400" } };
};

/** Answers with the partition key ranges. They never change, so a client that has read them once as a feed gets a 304. */
export function answerRanges(call: Call, container: Container): Reply {
  const { _rid, _self, _ts } = container.definition;
  const etag = `"ranges-${container.ranges.length}"`;
  if (call.header("a-im") !== undefined && call.header("if-none-match") === etag)
    return { status: 304, headers: { etag } };
  const ranges = container.ranges.map((range, at) => ({
    _rid: `${_rid}${at}`,
    id: range.id,
    _etag: etag,
    minInclusive: range.min,
    maxExclusive: range.max,
    ridPrefix: at,
    _self: `${_self}pkranges/${range.id}/`,
    throughputFraction: 1 / container.ranges.length,
    status: "online",
    parents: [],
    _ts,
  }));
  return { status: 200, body: { _rid, PartitionKeyRanges: ranges, _count: ranges.length }, headers: { etag } };
}

function definition(status: number, body: { _etag: string }): Reply {
  return { status, body, headers: { etag: body._etag } };
}

/** Indexes are always up to date. */
function containerReply(status: number, stored: ContainerDefinition, more: Record<string, string> = {}): Reply {
  const reply = definition(status, answeredContainer(stored));
  const progress = { "x-ms-documentdb-collection-index-transformation-progress": "100" };
  return { ...reply, headers: { ...reply.headers, ...progress, ...more } };
}

/** The usage and quota of a container in KB, if the client asks for them. */
function quota(call: Call, container: Container): Record<string, string> {
  if (!isTrue(call, "x-ms-documentdb-populatequotainfo")) return {};
  const kilobytes = Math.ceil(container.bytes / 1024);
  const scripts = "functions=0;storedProcedures=0;triggers=0;";
  return {
    "x-ms-resource-quota": `${scripts}documentSize=10240;documentsSize=10485760;documentsCount=-1;collectionSize=10485760;`,
    "x-ms-resource-usage": `${scripts}documentSize=0;documentsSize=${kilobytes};documentsCount=${container.size};collectionSize=${kilobytes};`,
  };
}
