import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { functionGroups } from "../local/cosmos/query/function-list.ts";

/** The page with the table of the features of the local Cosmos DB's query engine. */
const page = fileURLToPath(new URL("../local/cosmos/README.md", import.meta.url));
const begin = "<!-- made by tools/query-reference.ts -->";
const end = "<!-- end of the table -->";

/** Clauses and operators of the public reference: the supported ones, and those that are refused by name. */
const language: [chapter: string, here: string, missing: string][] = [
  ["SELECT", "`*`, lists (AS, else `$1` …), VALUE, DISTINCT, TOP", ""],
  ["FROM", "any name, paths, `x IN path`, JOIN, subqueries of the container or of rows", ""],
  ["WHERE", "comparisons, AND, OR, NOT, BETWEEN, IN, LIKE … ESCAPE", "`NOT a = b`; write `NOT (a = b)`"],
  ["Operators", "arithmetic, bits, text (two bars), `??`, `? :`, objects, arrays, paths", ""],
  ["Subqueries", "EXISTS, ARRAY, scalar, in FROM and JOIN", "ALL, FIRST and LAST of a subquery"],
  ["GROUP BY", "paths and expressions", ""],
  ["ORDER BY", "paths, as the indexing policy allows", "ORDER BY RANK"],
  ["OFFSET LIMIT", "numbers and parameters", ""],
  ["Computed properties", "in every clause", ""],
  ["User-defined functions", "", "`udf.name(…)`"],
];

/** The table, generated from the engine's functions, with columns as wide as their longest cell. */
function table(): string {
  const names = (functions: object): string => Object.keys(functions).toSorted().join(", ");
  const rows = [
    ["Chapter", "Here", "Refused: not emulated here"],
    ["", "", ""],
    ...language,
    ...functionGroups.map(({ title, here, missing }) => [title, names(here), names(missing)]),
  ];
  const width = (column: number): number => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0));
  const padded = (row: string[], fill: string): string =>
    `| ${row.map((cell, column) => cell.padEnd(width(column), fill)).join(" | ")} |`;
  return rows.map((row, at) => padded(row, at === 1 ? "-" : " ")).join("\n");
}

/** The page as committed, and as generated. */
export async function queryReference(): Promise<{ committed: string; generated: string }> {
  const committed = await readFile(page, "utf8");
  const [before, rest = ""] = committed.split(begin);
  const after = rest.split(end)[1] ?? "";
  return { committed, generated: `${before}${begin}\n\n${table()}\n\n${end}${after}` };
}

if (import.meta.main) await writeFile(page, (await queryReference()).generated);
