import type { Container, Document, Item, PartitionRange } from "./container.ts";
import { badRequest } from "./errors.ts";
import { answeredVersion, type Version } from "./versions.ts";

export interface Changes {
  documents: Document[];
  /** The commit up to which the reader has seen everything. */
  position: number;
  more: boolean;
  /** The total bytes of the documents. */
  size: number;
}

/**
 * The latest versions of the items that changed after a commit, oldest first: at most `max`, but a commit is never split.
 * Deleted and expired items do not appear.
 */
export function readFeed(
  container: Container,
  ranges: readonly PartitionRange[],
  after: number,
  max: number,
  wanted: (item: Item) => boolean = () => true,
): Changes {
  const { now } = container;
  const documents: Document[] = [];
  let last = after;
  let size = 0;
  for (const row of inOrder(container, ranges, after + 1)) {
    const item = container.itemAt(row);
    if (item.expiresAt <= now || !wanted(item)) continue;
    if (documents.length >= max && item.lsn !== last) return { documents, position: last, more: true, size };
    documents.push({ ...item.doc, _lsn: item.lsn });
    last = item.lsn;
    size += item.size;
  }
  return { documents, position: Math.max(container.lsn, after), more: false, size };
}

/**
 * Every change after a commit, including deletions, oldest first, in the service's format: at most `max`, but a commit is never split.
 * @throws a 400 if the container keeps only the latest versions, or no longer keeps those after the commit
 */
export function readVersions(
  container: Container,
  after: number,
  max: number,
  wanted: (version: Version) => boolean = () => true,
): { documents: Record<string, unknown>[]; position: number; more: boolean; size: number } {
  const { versions, definition, now, lsn } = container;
  if (versions === undefined) {
    throw badRequest(
      `Change Feed 'All Versions and Deletes' mode must be enabled. The account keeps only the latest versions: switch on "allVersionsAndDeletes" under "cosmos" in local-azure.json; on Azure it needs continuous backup.`,
    );
  }
  const { versions: found, ...page } = versions.read(after, now, lsn, max, wanted);
  const documents = found.map((version) => answeredVersion(version, definition.partitionKey.paths));
  return { documents: documents as Record<string, unknown>[], ...page };
}

/**
 * The commit number in a continuation token.
 * @throws a 400 for an invalid token, and for one ahead of the container: it comes from another container, or from an earlier one of the same name,
 * and using it
 * would skip all changes up to it
 */
export function readPosition(text: string, { lsn }: Pick<Container, "lsn">): number {
  const match = /^"?(\d+)"?$/.exec(text);
  if (match === null)
    throw badRequest(`Invalid Continuation Token: ${text} is not a change feed position that this service issued.`);
  const position = Number(match[1]);
  if (position > lsn)
    throw badRequest(`Invalid Continuation Token: ${text} is ahead of the container, whose last change is ${lsn}.`);
  return position;
}

function inOrder({ itemAt }: Container, ranges: readonly PartitionRange[], from: number): Iterable<number> {
  const [first, ...others] = ranges.map((range) => range.feed.from(from));
  if (first === undefined || others.length === 0) return first ?? [];
  const items = [first, ...others].flatMap((rows) => [...rows].map(itemAt));
  return items.sort((a, b) => a.lsn - b.lsn || a.at - b.at).map(({ row }) => row);
}
