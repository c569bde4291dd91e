import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { columnsOf, mistakesIn } from "./kusto.ts";
import { coreProfiles, only } from "./snapshots.ts";

/** The query of the one rule that asks the log. */
function alertQuery(profile: string): string {
  const { criteria } = only(profile, "Microsoft.Insights/scheduledQueryRules").properties as {
    criteria: { allOf: { query: string }[] };
  };
  return criteria.allOf[0]?.query ?? "";
}

interface Item {
  name: string;
  content: { query?: string; items?: Item[] };
}

/** Each query of the workbook with the name of what shows it. */
function workbookQueries(): [string, string][] {
  const { serializedData } = only("lean", "Microsoft.Insights/workbooks").properties as { serializedData: string };
  const within = (items: Item[]): [string, string][] =>
    items.flatMap(({ name, content }) => [
      ...(content.query === undefined ? [] : [[name, content.query] as [string, string]]),
      ...within(content.items ?? []),
    ]);
  return within((JSON.parse(serializedData) as { items: Item[] }).items);
}

/** Each query that a page tells to ask, in a block of its own or within a sentence. */
function told(page: string): string[] {
  const text = readFileSync(join(import.meta.dirname, "../../docs", page), "utf8");
  const queries = /^```kusto\n([\s\S]*?)^```$|`((?:traces|requests|exceptions|App[A-Z]\w+)\s*\|[^`]*)`/gm;
  return [...text.matchAll(queries)].map(([, block, inline = ""]) => block ?? inline);
}

test("a query that is wrong is found to be", () => {
  expect(mistakesIn("AppTraces | where Mesage == 'a'")).toEqual([expect.stringContaining("'Mesage'")]);
  expect(mistakesIn("AppTraces | where Message ==")).not.toEqual([]);
  expect(mistakesIn("AppTraces | join (AppRequests | extend All = 1) on All")).not.toEqual([]);
});

test.each(workbookQueries())("the workbook's query %s is one that the log understands", (_, query) => {
  expect(mistakesIn(query)).toEqual([]);
});

test("the workbook has its queries, and the pages theirs", () => {
  expect(workbookQueries().length).toBeGreaterThan(8);
  expect(told("deploy.md").length).toBeGreaterThan(1);
});

test("what docs/deploy.md tells to ask is understood", () => {
  for (const query of told("deploy.md")) expect(mistakesIn(query)).toEqual([]);
});

describe.each(coreProfiles)("%s: the alert's query", (profile) => {
  const query = alertQuery(profile);

  test("is one that the log understands, and has a name and a number in each row", () => {
    expect(mistakesIn(query)).toEqual([]);
    expect(columnsOf(query)).toEqual({ Alert: "string", Failures: "long" });
  });

  // https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-log-query#log-query-constraints and
  // https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule#configure-alert-rule-conditions
  test("has nothing that Azure refuses in an alert rule", () => {
    expect(query).toMatch(/^App\w+\s/);
    expect(query).not.toMatch(/\b(search|union|find|take|limit|bag_unpack|pivot|narrow|AggregatedValue)\b/);
    for (const [, span = ""] of query.matchAll(/\bago\(([^)]*)\)/g)) expect(span).toMatch(/^\d+[mhd]$/);
    expect(query.length).toBeLessThan(16_000);
  });
});

test("what became of a workflow is found under whatever category the extension writes it", () => {
  const asking = [alertQuery("lean"), ...workbookQueries().map(([, query]) => query)].filter((query) =>
    query.includes("prop__functionType"),
  );
  expect(asking).toHaveLength(2);
  for (const query of asking) expect(query).not.toContain("DurableTask");
});
