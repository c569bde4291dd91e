import { shown } from "./shown.ts";

const start = "<!-- extensions: rows by npm run generate, figures by npm run generate -- --costs -->\n";
const end = "<!-- end of extensions -->";

/** What each extension adds, in dollars a month: a cell for each stand that the page shows. */
export type Added = Map<string, string[]>;

/**
 * docs/costs.md with a row for each extension that there is: with the figures given, with those that it has, or with the word that nobody has measured it.
 * @throws Error when the page has no place for them
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

/** The place of the page that they stand in. */
export const placeOfExtensions = `${start}\n${end}`;
