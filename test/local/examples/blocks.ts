/** A fenced block of a Markdown page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** What the comment right above it says, such as `from: path`. */
  readonly note: string | undefined;
  /** Line of the page, from 1. */
  readonly line: number;
}

/** The fenced blocks of a page, in order. @throws Error when a fence is not closed */
export function blocksOf(page: string): Block[] {
  const lines = page.split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(\S*)$/.exec(lines[i] ?? "")?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", i + 1);
    if (end === -1) throw new Error(`The block that begins in line ${i + 1} is not closed.`);
    const note = /^<!-- (.*) -->$/.exec(lines[i - 1] ?? "")?.[1];
    blocks.push({ language, text: lines.slice(i + 1, end).join("\n"), note, line: i + 1 });
    i = end;
  }
  return blocks;
}

/** Whether `quote` stands in `source` as whole lines, all moved to the left by the same width. */
export function isQuoteOf(quote: string, source: string): boolean {
  const quoted = quote.split("\n");
  const lines = source.split("\n");
  return lines.some((first, start) => {
    const indent = first.slice(0, first.length - first.trimStart().length);
    return quoted.every((line, i) => lines[start + i] === (line === "" ? "" : indent + line));
  });
}
