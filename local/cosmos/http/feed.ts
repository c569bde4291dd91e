import { queryCharge, smallCharge } from "../charge.ts";
import type { Container, Item } from "../container.ts";
import { badRequest } from "../errors.ts";
import { readFeed, readPosition, readVersions } from "../feed.ts";
import { type Call, pageSize, type Reply } from "./call.ts";
import { readDate } from "./dates.ts";
import { requestScope, versionScope } from "./scope.ts";

/** Answers with a page of the change feed, or with a 304 if there are no changes. The ETag is the continuation token. */
export function answerFeed(call: Call, container: Container): Reply {
  const kind = call.header("a-im") ?? "";
  if (kind.toLowerCase() === "full-fidelity feed") return answerAllVersions(call, container);
  if (kind.toLowerCase() !== "incremental feed") {
    throw badRequest(
      `The change feed mode '${kind}' is not emulated here; supported are the latest versions ('Incremental Feed') and all versions and deletes ('Full-Fidelity Feed').`,
    );
  }
  const position = call.header("if-none-match");
  const after = position === undefined ? 0 : position === "*" ? container.lsn : readPosition(position, container);
  const { ranges, wanted } = requestScope(call, container);
  const since = startTime(call);
  const recent = (item: Item): boolean => wanted(item) && (since === undefined || item.ts >= since);
  const changes = readFeed(container, ranges, after, pageSize(call), recent);
  return feedReply(container, changes.documents, changes);
}

/** Every change since a position, including deletions. As in the service, a reader can only start now or continue. */
function answerAllVersions(call: Call, container: Container): Reply {
  const position = call.header("if-none-match");
  if (call.header("if-modified-since") !== undefined) {
    throw badRequest("Start from a point in time is not supported with 'All Versions and Deletes' mode.");
  }
  if (position === undefined) {
    throw badRequest("Start from beginning is not supported with 'All Versions and Deletes' mode.");
  }
  const after = position === "*" ? container.lsn : readPosition(position, container);
  const changes = readVersions(container, after, pageSize(call), versionScope(call, container));
  return feedReply(container, changes.documents, changes);
}

function feedReply(container: Container, documents: object[], { position, size }: { position: number; size: number }) {
  const headers = {
    etag: `"${position}"`,
    "x-ms-item-count": String(documents.length),
    "x-ms-request-charge": String(documents.length === 0 ? smallCharge : queryCharge(size)),
  };
  if (documents.length === 0) return { status: 304, headers };
  return {
    status: 200,
    body: { _rid: container.definition._rid, Documents: documents, _count: documents.length },
    headers,
  };
}

/** Seconds since the epoch, from a header that clients repeat with every continuation. */
function startTime(call: Call): number | undefined {
  const text = call.header("if-modified-since");
  if (text === undefined) return undefined;
  const time = readDate(text);
  if (time === undefined) throw badRequest(`if-modified-since '${text}' is not an RFC 1123 date.`);
  return Math.floor(time / 1000);
}
