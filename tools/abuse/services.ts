import type { LocalAzure } from "../../local/index.ts";
import { encoded } from "./api.ts";
import type { Draw } from "./draw.ts";
import { anything, numbers, texts } from "./hostile.ts";
import type { Sent } from "./sent.ts";
import { signedForCosmos, signedForSms, signedForWebPubSub } from "./sign.ts";
import { broken } from "./valid.ts";

/** A server that receives the requests. */
export interface Target {
  name: string;
  origin: URL;
  request(draw: Draw): Sent;
}

/** An example of a valid call. In its path `*` stands for a name; its query and body are mutated. */
interface Example {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

const json = { "content-type": "application/json" };
const isQuery = { "content-type": "application/query+json", "x-ms-documentdb-isquery": "true" };
const key = { "x-ms-documentdb-partitionkey": '["main"]' };
const docs = "/dbs/abuse/colls/*/docs";

const queries = [
  "SELECT * FROM c",
  "SELECT TOP 1 c.id, c.a.b AS x FROM c WHERE c.a = @a AND c.b IN (1, 'x', null) ORDER BY c.id DESC",
  "SELECT VALUE COUNT(1) FROM c WHERE c.name LIKE '%a%a%a%a%b' AND RegexMatch(c.name, '(a+)+$')",
  "SELECT VALUE {n: c.n, list: ARRAY(SELECT VALUE t FROM t IN c.tags)} FROM c JOIN t IN c.tags WHERE EXISTS(SELECT VALUE 1)",
  "SELECT c.a, SUM(c.n) FROM c GROUP BY c.a OFFSET 1 LIMIT 2",
  `SELECT VALUE ${"(".repeat(400)}1${")".repeat(400)}`,
  `SELECT VALUE ${Array(600).fill("1").join(" + ")}`,
];

const cosmos: readonly Example[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/dbs/*" },
  { method: "POST", path: "/dbs", body: { id: "other" } },
  { method: "GET", path: "/dbs/abuse/colls/*" },
  {
    method: "POST",
    path: "/dbs/other/colls",
    body: {
      id: "c",
      partitionKey: { paths: ["/pk"], kind: "Hash", version: 2 },
      indexingPolicy: { indexingMode: "consistent" },
      defaultTtl: 60,
    },
  },
  { method: "GET", path: "/dbs/abuse/colls/*/pkranges" },
  { method: "GET", path: docs, headers: { "x-ms-max-item-count": "2" } },
  {
    method: "GET",
    path: docs,
    headers: { "a-im": "Incremental feed", "if-none-match": '"0"', "x-ms-max-item-count": "5" },
  },
  { method: "POST", path: docs, headers: key, body: { id: "a", storeId: "main", n: 1, tags: ["x"] } },
  {
    method: "POST",
    path: docs,
    headers: { ...key, "x-ms-documentdb-is-upsert": "True" },
    body: { id: "b", storeId: "main" },
  },
  ...queries.map((query) => ({
    method: "POST",
    path: docs,
    headers: { ...isQuery, "x-ms-documentdb-query-enablecrosspartition": "true" },
    body: { query, parameters: [{ name: "@a", value: 1 }] },
  })),
  {
    method: "POST",
    path: docs,
    headers: { ...isQuery, "x-ms-cosmos-is-query-plan-request": "True" },
    body: { query: "SELECT * FROM c" },
  },
  {
    method: "POST",
    path: docs,
    headers: { ...key, "x-ms-cosmos-is-batch-request": "true", "x-ms-cosmos-batch-atomic": "true" },
    body: [
      { operationType: "Create", resourceBody: { id: "t", storeId: "main" } },
      { operationType: "Patch", id: "t", resourceBody: { operations: [{ op: "incr", path: "/n", value: 1 }] } },
    ],
  },
  { method: "GET", path: `${docs}/*`, headers: key },
  { method: "PUT", path: `${docs}/*`, headers: { ...key, "if-match": '"1"' }, body: { id: "a", storeId: "main" } },
  {
    method: "PATCH",
    path: `${docs}/*`,
    headers: key,
    body: { condition: "FROM c WHERE c.n < 5", operations: [{ op: "add", path: "/tags/-", value: "y" }] },
  },
  { method: "DELETE", path: `${docs}/*`, headers: key },
  { method: "GET", path: "/offers" },
  { method: "POST", path: "/dbs/abuse/users", body: { id: "u" } },
  { method: "POST", path: "/dbs/abuse/colls/*/sprocs/x", body: [] },
];

const cloudEvent = {
  specversion: "1.0",
  id: "1",
  source: "/abuse",
  type: "abuse.made.v1",
  subject: "s",
  time: "2026-06-15T10:00:00Z",
  datacontenttype: "application/json",
  data: { a: 1 },
};
const eventGrid: readonly Example[] = [
  {
    method: "POST",
    path: "/api/events?api-version=2018-01-01",
    headers: { "content-type": "application/cloudevents-batch+json; charset=utf-8" },
    body: [cloudEvent, { ...cloudEvent, id: "2" }],
  },
  {
    method: "POST",
    path: "/api/events",
    headers: { "content-type": "application/cloudevents+json" },
    body: cloudEvent,
  },
  {
    method: "POST",
    path: "/api/events",
    headers: { ...json, "ce-id": "1", "ce-source": "/a", "ce-type": "t", "ce-specversion": "1.0" },
    body: { a: 1 },
  },
  {
    method: "POST",
    path: "/api/events",
    headers: json,
    body: [{ id: "1", subject: "s", eventType: "t", eventTime: "2026-06-15T10:00:00Z", dataVersion: "1", data: {} }],
  },
  { method: "GET", path: "/deadletters" },
  { method: "GET", path: "/deadletters/*" },
  { method: "GET", path: "/eventsubscriptions/*/validate?id=x" },
];

const hub = "/api/hubs/crema";
const version = "api-version=2024-12-01";
const text = { "content-type": "text/plain" };
const webPubSub: readonly Example[] = [
  {
    method: "POST",
    path: `${hub}/:send?api-version=2024-12-01&filter=userId eq 'a' and 'b' in groups&excluded=x`,
    headers: json,
    body: { a: 1 },
  },
  { method: "POST", path: `${hub}/groups/*/:send?messageTtlSeconds=5&${version}`, headers: text, body: "hello" },
  { method: "POST", path: `${hub}/users/*/:send?${version}`, headers: json, body: {} },
  { method: "POST", path: `${hub}/connections/*/:send?${version}`, headers: json, body: {} },
  { method: "POST", path: `${hub}/:closeConnections?excluded=a&reason=b&${version}` },
  {
    method: "POST",
    path: `${hub}/:generateToken?userId=u&role=webpubsub.joinLeaveGroup&minutesToExpire=5&group=g&${version}`,
  },
  {
    method: "POST",
    path: `${hub}/:addToGroups?${version}`,
    headers: json,
    body: { groups: ["a"], filter: "userId eq 'x'" },
  },
  {
    method: "POST",
    path: `${hub}/:removeFromGroups?${version}`,
    headers: json,
    body: { groups: ["a"], filter: "length(userId) gt 3" },
  },
  { method: "GET", path: `${hub}/groups/*/connections?maxpagesize=2&top=3&${version}` },
  { method: "HEAD", path: `${hub}/groups/*?${version}` },
  { method: "HEAD", path: `${hub}/users/*?${version}` },
  { method: "HEAD", path: `${hub}/connections/*?${version}` },
  { method: "PUT", path: `${hub}/users/*/groups/*?${version}` },
  { method: "DELETE", path: `${hub}/users/*/groups?${version}` },
  { method: "PUT", path: `${hub}/permissions/sendToGroup/connections/*?targetName=g&${version}` },
  { method: "GET", path: "/client/hubs/crema?access_token=x", headers: { connection: "close" } },
  { method: "GET", path: "/api/health" },
];

const sms: readonly Example[] = [
  {
    method: "POST",
    path: "/sms?api-version=2021-03-07",
    headers: json,
    body: {
      from: "+18005550100",
      message: "hello",
      smsRecipients: [
        { to: "+14255550123", repeatabilityRequestId: "a", repeatabilityFirstSent: "Mon, 15 Jun 2026 10:00:00 GMT" },
      ],
      smsSendOptions: { enableDeliveryReport: true, tag: "x" },
    },
  },
  {
    method: "POST",
    path: "/sms/optouts:check?api-version=2024-12-10-preview",
    headers: json,
    body: { from: "+18005550100", recipients: [{ to: "+14255550123" }] },
  },
];

/** Of the functions host: the endpoints of Azure, and our own ones. */
const host: readonly Example[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/admin/host/status" },
  { method: "POST", path: "/admin/functions/*", headers: json, body: { input: "" } },
  {
    method: "POST",
    path: "/runtime/webhooks/eventgrid?functionName=services",
    headers: { ...json, "aeg-event-type": "Notification" },
    body: [cloudEvent],
  },
  {
    method: "OPTIONS",
    path: "/runtime/webhooks/eventgrid?functionName=deletions",
    headers: { "webhook-request-origin": "x" },
  },
  {
    method: "GET",
    path: "/runtime/webhooks/durabletask/instances?top=2&createdTimeFrom=2026-01-01&runtimeStatus=Running",
  },
  { method: "POST", path: "/runtime/webhooks/durabletask/orchestrators/*/*", headers: json, body: {} },
  { method: "POST", path: "/runtime/webhooks/durabletask/instances/*/raiseEvent/order", headers: json, body: {} },
  { method: "GET", path: "/durabletask/instances" },
  { method: "GET", path: "/api/*" },
];

const control: readonly Example[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/health" },
  { method: "GET", path: "/clock/due" },
  { method: "POST", path: "/clock/advance?by=1 s" },
  { method: "POST", path: "/clock/speed?times=0" },
  { method: "GET", path: "/recording/spans?service=cosmos&text=a" },
  { method: "GET", path: "/recording/spans/*" },
  { method: "GET", path: "/recording/ways?of=*&as=text" },
  { method: "POST", path: "/faults", body: { service: "none", harm: "refuse", times: 1 } },
  { method: "DELETE", path: "/faults/*" },
  { method: "PUT", path: "/faults/seed", body: { seed: 7 } },
  { method: "GET", path: "/durable/instances?top=3" },
  { method: "GET", path: "/durable/instances/*" },
];

const inbox: readonly Example[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/threads" },
  { method: "GET", path: "/api/messages?number=*" },
  {
    method: "POST",
    path: "/api/replies",
    headers: json,
    body: { from: "+14255550123", to: "+18005550100", message: "STOP" },
  },
];

/** Existing names that can replace a star. */
const names = [
  "orders",
  "codes",
  "config",
  "catalog",
  "identity",
  "main",
  "store",
  "a",
  "t",
  "services",
  "deletions",
  "order",
  "1",
];

/** A mutation of the example; three of ten calls are unchanged. */
function like(example: Example, draw: Draw): Sent {
  const path = example.path.replaceAll("*", () =>
    draw.maybe(0.7) ? draw.one(names) : encoded(draw.one(texts)) || "%20",
  );
  const [address = "/", query] = path.split("?");
  const parameters = (query?.split("&") ?? []).flatMap((pair) => {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    if (draw.maybe(0.1)) return [];
    return [`${name}=${encoded(draw.maybe(0.7) ? value : String(draw.one([...texts, ...numbers])))}`];
  });
  const headers = Object.entries(example.headers ?? {}).flatMap(([name, value]) =>
    draw.maybe(0.08) ? [] : [[name, draw.maybe(0.9) ? value : draw.one(inHeaders)] as const],
  );
  const sent: Sent = {
    method: draw.maybe(0.05) ? draw.one(["GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS"]) : example.method,
    path: `${address}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`,
    headers: Object.fromEntries(headers),
  };
  if (example.body === undefined && !draw.maybe(0.05)) return sent;
  const body = draw.maybe(0.3) ? example.body : broken(example.body, draw, () => anything(draw));
  const text = typeof body === "string" ? body : (JSON.stringify(body) ?? "");
  return {
    ...sent,
    body: draw.maybe(0.93)
      ? text
      : draw.one([text.slice(0, draw.below(text.length + 1)), "", "[".repeat(3_000), "\u00ff"]),
  };
}

/** Values that a header can carry. */
const inHeaders = [
  "",
  "x",
  "-1",
  "1e9",
  "true",
  "[]",
  '["main","x"]',
  "[[]]",
  "{}",
  '"',
  "null",
  "a".repeat(3_000),
  "é",
  "*",
];

/**
 * Every server of the local Azure except the API itself, with its credentials: a caller with the key must not be able to break more than one without.
 */
export function services(azure: LocalAzure): Target[] {
  const { endpoints, clock } = azure;
  const part = (text: string, name: string) => new RegExp(`${name}=([^;]+)`, "i").exec(text)?.[1] ?? "";
  const push = endpoints.webPubSub.connectionString;
  const texting = endpoints.sms.connectionString;
  const functions = new URL(azure.functions?.origin ?? "");
  const target = (
    name: string,
    address: string,
    examples: readonly Example[],
    open: (sent: Sent, origin: URL) => Sent = (sent) => sent,
  ): Target => {
    const origin = new URL(address);
    return {
      name,
      origin,
      request: (draw) => {
        const sent = like(draw.one(examples), draw);
        return draw.maybe(0.9) ? open(sent, origin) : sent;
      },
    };
  };
  return [
    target("cosmos", endpoints.cosmos.endpoint, cosmos, (sent) => signedForCosmos(sent, endpoints.cosmos.key)),
    target("eventgrid", new URL(endpoints.eventGrid.endpoint).origin, eventGrid, (sent) => ({
      ...sent,
      headers: { ...sent.headers, "aeg-sas-key": endpoints.eventGrid.key },
    })),
    target("webpubsub", part(push, "Endpoint"), webPubSub, (sent, { origin }) =>
      signedForWebPubSub(sent, origin, part(push, "AccessKey"), clock.now()),
    ),
    target("sms", part(texting, "endpoint"), sms, (sent, { host }) =>
      signedForSms(sent, host, part(texting, "accesskey"), clock.now()),
    ),
    target("functions", functions.origin, host),
    target("control", azure.controlUrl, control),
    target("inbox", azure.sms.inboxUrl, inbox),
  ];
}
