/**
 * The page with `content` at the place of that name, between two comments.
 * @throws Error if the page has no such place
 */
export function withPlace(page: string, name: string, content: string): string {
  const [start, end] = [
    `<!-- figures: ${name}, from docs/figures/${name}.json by npm run generate -->\n`,
    `<!-- end of ${name} -->`,
  ];
  const [before, after] = [page.indexOf(start), page.indexOf(end)];
  if (before === -1 || after < before)
    throw new Error(`docs/figures.md has no place for ${name}: ${start.trim()} … ${end}`);
  return `${page.slice(0, before + start.length)}\n${content}\n\n${page.slice(after)}`;
}
