import { queryCharge, smallCharge } from "../charge.ts";
import type { Container, Item } from "../container.ts";
import { badRequest } from "../errors.ts";
import { readFeed, readPosition } from "../feed.ts";
import { type Call, pageSize, type Reply } from "./call.ts";
import { requestScope } from "./scope.ts";

/** Answers a page of the change feed (latest versions), or a 304 when nothing is new. The etag is the position after it. */
export function answerFeed(call: Call, container: Container): Reply {
  const kind = call.header("a-im") ?? "";
  if (kind.toLowerCase() !== "incremental feed") {
    throw badRequest(
      `The change feed in the form '${kind}' is not emulated; only the latest versions ('Incremental Feed') are.`,
    );
  }
  const position = call.header("if-none-match");
  const after = position === undefined ? 0 : position === "*" ? container.lsn : readPosition(position);
  const { ranges, wanted } = requestScope(call, container);
  const since = startTime(call);
  const recent = (item: Item): boolean => wanted(item) && (since === undefined || Number(item.doc._ts) >= since);
  const changes = readFeed(container, ranges, after, pageSize(call), recent);
  const headers = {
    etag: `"${changes.position}"`,
    "x-ms-item-count": String(changes.documents.length),
    "x-ms-request-charge": String(changes.documents.length === 0 ? smallCharge : queryCharge(changes.size)),
  };
  if (changes.documents.length === 0) return { status: 304, headers };
  const { documents } = changes;
  return {
    status: 200,
    body: { _rid: container.definition._rid, Documents: documents, _count: documents.length },
    headers,
  };
}

/** Seconds since the epoch, from a header that is sent again with every continuation. */
function startTime(call: Call): number | undefined {
  const text = call.header("if-modified-since");
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw badRequest(`if-modified-since '${text}' is not a date of RFC 1123.`);
  return Math.floor(time / 1000);
}
