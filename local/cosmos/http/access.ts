import type { Account } from "../account.ts";
import type { Container } from "../container.ts";
import { CosmosError } from "../errors.ts";
import { keyText } from "../partition-key.ts";
import { readKey } from "../read-key.ts";
import { type Grant, grantIn } from "../resource-token.ts";
import { checkVersion } from "./api-version.ts";
import type { Call } from "./call.ts";
import type { Operation } from "./route.ts";
import { checkSignature, decode, requireAuthorization, unauthorized } from "./signature.ts";

/** How a request is authorized. */
export type Access = { by: "key" } | { by: "Entra ID, unchecked" } | { by: "resource token"; grant: Grant };

export interface AccessOptions {
  key: Buffer;
  /** Whether any Entra ID token is accepted over https, without any validation. */
  anyEntraToken: boolean;
  now(): number;
}

/** Authorizes a request. @throws a 401 that says what is expected, a 400 for an invalid version, or a 403 for an expired token */
export function accessOf(call: Call, { key, anyEntraToken, now }: AccessOptions): Access {
  requireAuthorization(call, key);
  checkVersion(call);
  const given = decode(call.header("authorization") ?? "");
  if (/^type=aad&/.test(given)) return entraAccess(call, given, anyEntraToken);
  if (!/^type=resource&/.test(given)) {
    checkSignature(call, given, key);
    return { by: "key" };
  }
  const grant = grantIn(given, key);
  if (grant === undefined) throw unauthorized("The resource token was not issued by this account, or it was changed.");
  checkTime(grant, Math.floor(now() / 1000));
  return { by: "resource token", grant };
}

/** @throws a 403 if the access does not cover the request */
export function checkAccess(access: Access, call: Call, operation: Operation, account: Account): void {
  if (access.by === "key") return;
  if (access.by === "resource token") checkGrant(access.grant, call, operation, account);
  else if (isManagement(call, operation)) {
    const request = `${call.method} /${call.segments.join("/")}`;
    throw new CosmosError(
      403,
      `The given request [${request}] cannot be authorized by AAD token in data plane. Learn more: https://aka.ms/cosmos-native-rbac. (Create databases, containers and throughput with a template, or here with the key.)`,
      { substatus: 5300 },
    );
  }
}

function entraAccess(call: Call, given: string, anyEntraToken: boolean): Access {
  if (!anyEntraToken) {
    throw unauthorized(
      `Entra ID tokens are not accepted, because they cannot be verified here. Sign with the key, or accept any token without verification: --entra-tokens-unchecked, or "entraTokens": "unchecked" under "cosmos" in local-azure.json.`,
    );
  }
  if (!call.secure) throw unauthorized("Entra ID tokens are accepted over https only, as on Azure.");
  if (!/^type=aad&ver=1\.0&sig=.+/.test(given)) throw unauthorized("The Entra ID token is missing after sig=.");
  return { by: "Entra ID, unchecked" };
}

function checkTime({ from, until }: Grant, now: number): void {
  if (now < until) return;
  const text = (seconds: number): string => new Date(seconds * 1000).toUTCString();
  throw new CosmosError(
    403,
    `The authorization token is not valid at the current time. Please create another token and retry (token start time: ${text(from)}, token expiry time: ${text(until)}, current server time: ${text(now)}).`,
  );
}

/** Operations outside the data plane roles, which only read and write items and read the metadata of databases and containers. */
function isManagement({ method }: Call, operation: Operation): boolean {
  if (operation === "users" || operation === "permissions" || operation === "offers") return true;
  return (operation === "databases" || operation === "containers") && method !== "GET";
}

const reading: Operation[] = ["ranges", "read", "query", "plan", "list", "feed", "conflicts"];
/** Operations on a container that clients perform before they reach items. */
const about: Operation[] = ["ranges", "plan"];

function checkGrant(grant: Grant, call: Call, operation: Operation, account: Account): void {
  if (operation === "account") return;
  const container = containerOf(call, account);
  if (container === undefined || container.definition._rid !== grant.container) throw insufficient();
  const reads = operation === "containers" ? call.method === "GET" : reading.includes(operation);
  if (grant.mode === "Read" && !reads) throw insufficient();
  if (operation === "containers") {
    if (!reads && (grant.item !== undefined || grant.key !== undefined)) throw insufficient();
    return;
  }
  if (about.includes(operation)) return;
  if (grant.key !== undefined && !isWithin(call, grant.key, container)) throw insufficient();
  if (grant.item !== undefined && !isItem(call, grant.item, container)) throw insufficient();
}

function containerOf({ segments }: Call, account: Account): Container | undefined {
  const [, database = "", kind, name] = segments;
  if (kind !== "colls" || name === undefined) return undefined;
  try {
    return account.container(database, name);
  } catch {
    return undefined;
  }
}

/** Whether the request's partition key equals the permitted one or is below it. */
function isWithin(call: Call, permitted: string, { definition }: Container): boolean {
  const header = call.header("x-ms-documentdb-partitionkey");
  if (header === undefined) return false;
  const given = keyText(readKey(header));
  const whole = (JSON.parse(permitted) as unknown[]).length === definition.partitionKey.paths.length;
  return given === permitted || (!whole && given.startsWith(`${permitted.slice(0, -1)},`));
}

function isItem(call: Call, permitted: string, container: Container): boolean {
  const id = call.segments[5];
  if (id === undefined) return false;
  if (id === permitted) return true;
  const key = call.header("x-ms-documentdb-partitionkey");
  return key !== undefined && container.item(keyText(readKey(key)), id)?.doc._rid === permitted;
}

const insufficient = (): CosmosError =>
  new CosmosError(
    403,
    "Insufficient permissions provided in the authorization header for the corresponding request. Please retry with another authorization header.",
  );
