/** Rows of docs/figures.md, and the rows of docs/costs.md that they repeat; the second one in brackets. */
const rows: Readonly<Record<string, readonly [string, string?]>> = {
  "requests to Cosmos DB an order (reads)": ["requests to Cosmos DB", "of these, reads of a document"],
  "calls to Web PubSub an order": ["calls of Web PubSub"],
  "executions an order": ["executions of functions"],
  "request units an order": ["request units"],
};

/**
 * docs/figures.md with the operations of an order, and the cost of a thousand, from docs/costs.md. Pure.
 * @throws Error if either page lacks such a row
 */
export function withFigures(page: string, costs: string): string {
  const [alone = "", rush = ""] = costs.split("### In a rush");
  const told = new Map(
    Object.entries(rows).map(([name, [figure, part]]) => {
      const ofThese = part === undefined ? "" : ` (${rowOf(rush, part)[0]})`;
      return [name, `${rowOf(rush, figure)[0]}${ofThese} in a rush, ${rowOf(alone, figure)[0]} alone`];
    }),
  );
  const lean = rowOf(costs, "orders a day").indexOf("1,000");
  told.set("dollars a day at 1,000 orders, lean", rowOf(costs, "a day")[lean] ?? "");
  const lines = page.split("\n").map((line) => {
    const [name = ""] = cellsOf(line);
    const now = told.get(name);
    if (now === undefined) return line;
    told.delete(name);
    return line.replace(/[^|]*\|$/, ` ${now} |`);
  });
  if (told.size > 0) throw new Error(`docs/figures.md has no row "${[...told.keys()].join('", "')}".`);
  return lines.join("\n");
}

const cellsOf = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.replaceAll("*", "").trim());

/** The other cells of the first row with that name. */
function rowOf(page: string, name: string): string[] {
  const row = page
    .split("\n")
    .map(cellsOf)
    .find(([first]) => first === name);
  if (row === undefined) throw new Error(`docs/costs.md has no row "${name}".`);
  return row.slice(1);
}
