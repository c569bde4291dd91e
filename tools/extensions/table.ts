import type { Extension } from "../../infra/extensions.ts";

const start = "<!-- extensions: written by npm run generate -->\n";
const end = "<!-- end of extensions -->";

/** docs/extensions.md with the table of the current extensions at its place. @throws Error if the page has no place for it */
export function withTable(page: string, extensions: readonly Extension[]): string {
  const [before, after] = [page.indexOf(start), page.indexOf(end)];
  if (before === -1 || after < before)
    throw new Error(`docs/extensions.md has no place for the table: ${start.trim()} … ${end}`);
  const rows = extensions.map((each) => {
    const heard = [...new Set(each.subscriptions.flatMap(({ filter }) => filter.includedEventTypes))];
    const events = heard.map((type) => `\`${type}\``).join(", ");
    const link = `[${each.name}](../${each.folder}/README.md)`;
    return `| ${link} | ${each.description} | ${events} | ${each.default ? "yes" : "no"} |`;
  });
  const table = ["| extension | what it is for | events | on by default |", "| --- | --- | --- | --- |", ...rows];
  return `${page.slice(0, before + start.length)}\n${rows.length === 0 ? "None." : table.join("\n")}\n\n${page.slice(after)}`;
}
