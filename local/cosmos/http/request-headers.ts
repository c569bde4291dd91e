import type { Log } from "../../kernel/log.ts";
import { type ConsistencyLevel, consistencyLevels, isStronger, levelNamed } from "../consistency.ts";
import { badRequest } from "../errors.ts";
import type { Call } from "./call.ts";

/** Headers that are evaluated somewhere. */
const lookedAt = new Set([
  "x-ms-date",
  "x-ms-consistency-level",
  "x-ms-continuation",
  "x-ms-cosmos-batch-atomic",
  "x-ms-cosmos-batch-continue-on-error",
  "x-ms-cosmos-intended-collection-rid",
  "x-ms-cosmos-is-batch-request",
  "x-ms-cosmos-is-client-encrypted",
  "x-ms-cosmos-is-query-plan-request",
  "x-ms-cosmos-offer-autopilot-settings",
  "x-ms-cosmos-populateindexmetrics",
  "x-ms-cosmos-populateindexmetrics-v2",
  "x-ms-cosmos-priority-level",
  "x-ms-documentdb-expiry-seconds",
  "x-ms-documentdb-is-upsert",
  "x-ms-documentdb-isquery",
  "x-ms-documentdb-partitionkey",
  "x-ms-documentdb-partitionkeyrangeid",
  "x-ms-documentdb-populatequerymetrics",
  "x-ms-documentdb-populatequotainfo",
  "x-ms-documentdb-query-enablecrosspartition",
  "x-ms-end-epk",
  "x-ms-indexing-directive",
  "x-ms-max-item-count",
  "x-ms-offer-throughput",
  "x-ms-offer-type",
  "x-ms-session-token",
  "x-ms-start-epk",
  "x-ms-version",
]);

/** Headers without effect here; README.md lists them with the reasons. */
const ignored = new Set([
  "x-ms-activity-id",
  "x-ms-client-id",
  "x-ms-client-request-id",
  "x-ms-cosmos-allow-tentative-writes",
  "x-ms-cosmos-batch-ordered",
  "x-ms-cosmos-changefeed-wire-format-version",
  "x-ms-cosmos-client-id",
  "x-ms-cosmos-correlated-activityid",
  "x-ms-cosmos-hub-region-processing-only",
  "x-ms-cosmos-internal-is-query",
  "x-ms-cosmos-is-query",
  "x-ms-cosmos-physical-partition-id",
  "x-ms-cosmos-query-optimisticdirectexecute",
  "x-ms-cosmos-query-version",
  "x-ms-cosmos-sdk-supportedcapabilities",
  "x-ms-cosmos-sdk-version",
  "x-ms-cosmos-should-process-only-in-hub-region",
  "x-ms-cosmos-supported-query-features",
  "x-ms-cosmos-supported-serialization-formats",
  "x-ms-cosmos-throughput-bucket",
  "x-ms-cosmos-use-archival-partition",
  "x-ms-cosmos-use-thinclient",
  "x-ms-cosmos-workload-id",
  "x-ms-cosmos-allow-cachedreads",
  "x-ms-cosmos-collection-rid",
  "x-ms-cosmos-database-rid",
  "x-ms-dedicatedgateway-bypass-cache",
  "x-ms-dedicatedgateway-max-age",
  "x-ms-documentdb-disable-ru-per-minute-usage",
  "x-ms-documentdb-force-query-scan",
  "x-ms-documentdb-populatecollectionthroughputinfo",
  "x-ms-documentdb-populatepartitionstatistics",
  "x-ms-documentdb-query-emit-traces",
  "x-ms-documentdb-query-enable-low-precision-order-by",
  "x-ms-documentdb-query-enable-scan",
  "x-ms-documentdb-query-enablelowprecisionorderby",
  "x-ms-documentdb-query-iscontinuationexpected",
  "x-ms-documentdb-query-parallelizecrosspartitionquery",
  "x-ms-documentdb-responsecontinuationtokenlimitinkb",
  "x-ms-documentdb-usepolygonssmallerthanahemisphere",
  "x-ms-force-refresh",
  "x-ms-is-feed-unfiltered",
  "x-ms-noretry-449",
  "x-ms-read-key-type",
  "x-ms-user-agent",
  "x-ms-useragent",
]);

const noTriggers =
  "Triggers are not emulated here: do the work of a pre-trigger before the write, and the work of a post-trigger in a function on the change feed.";
/** Headers that request unsupported features, with the values that request nothing. */
const refused: [name: string, harmless: RegExp, why: string][] = [
  ["x-ms-documentdb-pre-trigger-include", /^$/, noTriggers],
  ["x-ms-documentdb-post-trigger-include", /^$/, noTriggers],
  ["x-ms-documentdb-pre-trigger-exclude", /^$/, noTriggers],
  ["x-ms-documentdb-post-trigger-exclude", /^$/, noTriggers],
  ["x-ms-documentdb-script-enable-logging", /^false$/i, "Stored procedures are not emulated here."],
  ["x-ms-indexing-directive", /^(default|include)$/i, "Every item is indexed as the policy of its container says."],
  ["x-ms-offer-type", /^(|Invalid)$/i, "Set the throughput with x-ms-offer-throughput."],
  ["x-ms-offer-is-ru-per-minute-throughput-enabled", /^false$/i, "The service has no throughput per minute."],
  ["x-ms-cosmos-is-client-encrypted", /^false$/i, "Client-side encryption policies are not emulated here."],
  ["x-ms-cosmos-priority-level", /^(high|low)$/i, "A priority must be High or Low."],
  [
    "x-ms-documentdb-content-serialization-format",
    /^(JsonText|CosmosBinary|HybridRow)$/i,
    "The formats are JsonText, CosmosBinary and HybridRow; answers are JSON, whichever is asked for.",
  ],
];
/** Boolean headers; any other value would count as false. */
const flags = [
  ...["x-ms-cosmos-batch-atomic", "x-ms-cosmos-batch-continue-on-error", "x-ms-cosmos-is-batch-request"],
  ...["x-ms-cosmos-is-query-plan-request", "x-ms-cosmos-populateindexmetrics", "x-ms-cosmos-populateindexmetrics-v2"],
  ...["x-ms-documentdb-is-upsert", "x-ms-documentdb-isquery", "x-ms-documentdb-populatequerymetrics"],
  ...["x-ms-documentdb-populatequotainfo", "x-ms-documentdb-query-enablecrosspartition"],
  ...["x-ms-documentdb-query-emit-traces", "x-ms-documentdb-query-enable-low-precision-order-by"],
  ...["x-ms-documentdb-query-enable-scan"],
];

/** Refuses headers that request unsupported features, and logs each unknown header once. */
export class HeaderCheck {
  readonly #log: Log;
  readonly #level: ConsistencyLevel;
  readonly #told = new Set<string>();

  /** @param level the account's consistency */
  constructor(log: Log, level: ConsistencyLevel) {
    this.#log = log;
    this.#level = level;
  }

  /** @throws a 400 that names the header. */
  check(call: Call): void {
    refuse(call);
    askedLevel(call, this.#level);
    for (const name of call.headerNames) {
      if (!name.startsWith("x-ms-") || known(name) || this.#told.has(name) || this.#told.size > 100) continue;
      this.#told.add(name);
      this.#log.warn(`The header ${name} is not known here and has no effect.`);
    }
  }
}

const known = (name: string): boolean =>
  lookedAt.has(name) || ignored.has(name) || refused.some(([each]) => each === name);

function refuse(call: Call): void {
  for (const [name, harmless, why] of refused) {
    const value = call.header(name);
    if (value !== undefined && !harmless.test(value)) throw badRequest(`The header ${name} is '${value}'. ${why}`);
  }
  for (const name of flags) {
    const value = call.header(name);
    if (value !== undefined && !/^(true|false)$/i.test(value))
      throw badRequest(`The value '${value}' specified for the header '${name}' is invalid; it must be true or false.`);
  }
}

/**
 * The consistency of a request: the account's, or a weaker one that the request asks for.
 * @throws a 400 for a stronger one, or if there is no such level
 */
export function askedLevel(call: Call, account: ConsistencyLevel): ConsistencyLevel {
  const asked = call.header("x-ms-consistency-level");
  // An empty value is as good as none: the .NET client sends one with EnableDistributedQueryGatewayMode.
  if (asked === undefined || asked === "") return account;
  const level = levelNamed(asked);
  if (level === undefined)
    throw badRequest(`'${asked}' is not a consistency level; the levels are ${consistencyLevels.join(", ")}.`);
  if (!isStronger(level, account)) return level;
  throw badRequest(
    `ConsistencyLevel ${asked} specified in the request is invalid when service is configured with consistency level ${account}. Ensure the request consistency level is not stronger than the service consistency level.`,
  );
}
