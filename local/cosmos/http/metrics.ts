import type { Container, Item } from "../container.ts";
import { isIndexed } from "../indexing.ts";
import type { IndexingPolicy } from "../indexing-policy.ts";
import { children, type Expression, pathOf, type Query } from "../query/ast.ts";
import type { Page } from "../query/execute.ts";
import { type Call, isTrue } from "./call.ts";

/** What a query page read. */
export class Reads {
  documents = 0;
  bytes = 0;

  /** Yields the same items and counts them. */
  *counted(items: Iterable<Item>): Generator<Item> {
    for (const item of items) {
      this.documents++;
      this.bytes += item.size;
      yield item;
    }
  }
}

/** The query metrics that a client requests by headers. `took` is in milliseconds. */
export function metricsHeaders(
  call: Call,
  { definition }: Container,
  query: Query,
  page: Page,
  reads: Reads,
  took: number,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (isTrue(call, "x-ms-documentdb-populatequerymetrics")) {
    headers["x-ms-documentdb-query-metrics"] = queryMetrics(page, reads, took);
  }
  const used = (): Utilization => utilization(query, definition.indexingPolicy);
  if (isTrue(call, "x-ms-cosmos-populateindexmetrics-v2")) {
    headers["x-ms-cosmos-index-utilization"] = encodeURIComponent(JSON.stringify(newForm(used())));
  } else if (isTrue(call, "x-ms-cosmos-populateindexmetrics")) {
    headers["x-ms-cosmos-index-utilization"] = Buffer.from(JSON.stringify(oldForm(used()))).toString("base64");
  }
  return headers;
}

/** Only the total time is measured. The individual times that the service reports are zero. */
function queryMetrics({ rows }: Page, { documents, bytes }: Reads, took: number): string {
  const time = took.toFixed(2);
  const written = Buffer.byteLength(JSON.stringify(rows));
  const ratio = documents === 0 ? 1 : Math.min(rows.length / documents, 1);
  const parts = {
    totalExecutionTimeInMs: time,
    queryCompileTimeInMs: "0.00",
    queryLogicalPlanBuildTimeInMs: "0.00",
    queryPhysicalPlanBuildTimeInMs: "0.00",
    queryOptimizationTimeInMs: "0.00",
    VMExecutionTimeInMs: time,
    indexLookupTimeInMs: "0.00",
    instructionCount: 0,
    documentLoadTimeInMs: "0.00",
    systemFunctionExecuteTimeInMs: "0.00",
    userFunctionExecuteTimeInMs: "0.00",
    retrievedDocumentCount: documents,
    retrievedDocumentSize: bytes,
    outputDocumentCount: rows.length,
    outputDocumentSize: written,
    writeOutputTimeInMs: "0.00",
    indexUtilizationRatio: ratio.toFixed(2),
  };
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
}

interface Utilization {
  used: string[];
  potential: string[];
  composite: string[][];
}

/** The paths in WHERE and ORDER BY: the indexed ones are used, the excluded ones are reported as potential indexes. */
function utilization(query: Query, policy: IndexingPolicy): Utilization {
  const root = query.from[0]?.alias;
  const looked = [
    ...(query.where ? paths(query.where) : []),
    ...query.orderBy.flatMap((item) => paths(item.expression)),
  ];
  const own = looked.filter(({ alias }) => alias === root).map(({ path }) => path.map(String));
  const names = [...new Map(own.map((path) => [path.join("/"), path])).values()];
  const written = (path: string[]): string => `/${path.join("/")}/?`;
  const order = query.orderBy.map(
    (item) => `/${paths(item.expression)[0]?.path.join("/")} ${item.descending ? "DESC" : "ASC"}`,
  );
  return {
    used: names.filter((path) => isIndexed(policy, path)).map(written),
    potential: names.filter((path) => !isIndexed(policy, path)).map(written),
    composite: order.length > 1 ? [order] : [],
  };
}

function paths(expression: Expression): { alias: string; path: (string | number)[] }[] {
  const own = expression.kind === "member" ? pathOf(expression) : undefined;
  return own ? [own] : children(expression).flatMap(paths);
}

function newForm({ used, potential, composite }: Utilization): object {
  const single = (specs: string[]) => specs.map((IndexSpec) => ({ IndexSpec }));
  return {
    UtilizedIndexes: {
      SingleIndexes: single(used),
      CompositeIndexes: composite.map((IndexSpecs) => ({ IndexSpecs })),
    },
    PotentialIndexes: { SingleIndexes: single(potential), CompositeIndexes: [] },
  };
}

function oldForm({ used, potential, composite }: Utilization): object {
  const about = { FilterExpression: "", IndexPreciseSet: true, FilterPreciseSet: true, IndexImpactScore: "High" };
  const single = (specs: string[]) => specs.map((IndexSpec) => ({ ...about, IndexSpec }));
  return {
    UtilizedSingleIndexes: single(used),
    PotentialSingleIndexes: single(potential),
    UtilizedCompositeIndexes: composite.map((IndexSpecs) => ({ IndexSpecs, IndexImpactScore: "High" })),
    PotentialCompositeIndexes: [],
  };
}
