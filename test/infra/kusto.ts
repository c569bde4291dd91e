import { createRequire } from "node:module";

/**
 * What the language service of Kusto says of a query: the parser and the names and types of the portal's own editor, from its package. It runs nothing.
 */

/** What is used of the package, which comes as a script for browsers and leaves its name in the global scope. */
interface KustoLanguage {
  KustoCode: { ParseAndAnalyze(query: string, globals: unknown): Code };
  GlobalState: { Default: { WithDatabase(database: unknown): unknown } };
  Symbols: {
    TableSymbol: { $ctor7: new (name: string, schema: string, description: null) => unknown };
    DatabaseSymbol: { $ctor3: new (name: string, other: null, members: unknown[], open: boolean) => unknown };
  };
}
interface Code {
  GetDiagnostics(): List<{ Severity: string; Message: string }>;
  ResultType: { Columns: List<{ Name: string; Type: { Name: string } }> } | null;
}
interface List<T> {
  Count: number;
  getItem(index: number): T;
}

const require = createRequire(import.meta.url);
for (const part of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) require(`@kusto/language-service-next/${part}`);
const { Language } = (globalThis as unknown as { Kusto: { Language: KustoLanguage } }).Kusto;

/** Of the columns those that telemetry of a Functions app fills. (learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces and its siblings) */
const every =
  "TimeGenerated: datetime, AppRoleName: string, ItemCount: int, OperationId: string, OperationName: string, Properties: dynamic, SeverityLevel: int";
const inWorkspaces = {
  AppTraces: `${every}, Message: string`,
  AppRequests: `${every}, DurationMs: real, Id: string, Name: string, ResultCode: string, Success: bool, Url: string`,
  AppExceptions: `${every}, ExceptionType: string, OuterMessage: string, ProblemId: string`,
};

/** The same tables as Application Insights calls them. (learn.microsoft.com/azure/azure-monitor/app/data-model-complete) */
const all =
  "timestamp: datetime, itemCount: int, operation_Id: string, operation_Name: string, customDimensions: dynamic, severityLevel: int";
const inApplicationInsights = {
  traces: `${all}, message: string`,
  requests: `${all}, duration: real, name: string, resultCode: string, success: bool`,
  exceptions: `${all}, type: string, outerMessage: string`,
};

const { TableSymbol, DatabaseSymbol } = Language.Symbols;
const tables = Object.entries({ ...inWorkspaces, ...inApplicationInsights }).map(
  ([name, schema]) => new TableSymbol.$ctor7(name, `(${schema})`, null),
);
const globals = Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor3("logs", null, tables, false));

const itemsOf = <T>({ Count, getItem }: List<T>, list: List<T>): T[] =>
  Array.from({ length: Count }, (_, n) => getItem.call(list, n));

/** What is wrong with a query, in the words of the language service: syntax, and names and types that are not there. */
export function mistakesIn(query: string): string[] {
  const found = Language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return itemsOf(found, found).map(({ Severity, Message }) => `${Severity}: ${Message}`);
}

/** The columns of a query's answer, each with its type. */
export function columnsOf(query: string): Record<string, string> {
  const columns = Language.KustoCode.ParseAndAnalyze(query, globals).ResultType?.Columns;
  if (columns === undefined) return {};
  return Object.fromEntries(itemsOf(columns, columns).map(({ Name, Type }) => [Name, Type.Name]));
}
