import { shown } from "./shown.ts";

const start = "<!-- extensions: rows by npm run generate, figures by npm run generate -- --costs -->\n";
const end = "<!-- end of extensions -->";

/** The additional cost of each extension in dollars a month: one cell for each stand on the page. */
export type Added = Map<string, string[]>;

/**
 * docs/costs.md with a row for each existing extension: with the given figures, else with its present ones, else with the remark that it was not
 * measured.
 * @throws Error if the page has no place for them
 */
export function withExtensionCosts(page: string, names: readonly string[], added: Added = new Map()): string {
  const [before, after] = [page.indexOf(start), page.indexOf(end)];
  if (before === -1 || after < before)
    throw new Error(`docs/costs.md has no place for extensions: ${start.trim()} … ${end}`);
  const known = new Map(
    page
      .slice(before, after)
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .map(([, name = "", ...cells]) => [name, cells.slice(0, shown.length)] as const),
  );
  const rows = names.map((name) => {
    const cells = added.get(name) ?? known.get(name) ?? shown.map(() => "not measured");
    return `| ${[name, ...cells].join(" | ")} |`;
  });
  const head = shown.map(({ ordersADay, profile }) => `${ordersADay.toLocaleString("en")}, ${profile}`);
  const table = [
    `| orders a day, profile | ${head.join(" | ")} |`,
    `| --- |${" ---: |".repeat(shown.length)}`,
    ...rows,
  ];
  return `${page.slice(0, before + start.length)}\n${rows.length === 0 ? "None." : table.join("\n")}\n\n${page.slice(after)}`;
}

/** The place for them on the page. */
export const placeOfExtensions = `${start}\n${end}`;
