import { isDeepStrictEqual } from "node:util";
import type { CremaEvent } from "../../contracts/events.ts";
import { problemsOf } from "../../contracts/events.ts";
import { extensionName, type Notice, type NoticeAudience, notice } from "../../contracts/notice.ts";
import { container } from "./clients.ts";
import { inTurn } from "./in-turn.ts";
import { readStored } from "./stored.ts";
import { traceOfFact } from "./trace.ts";
import { writeOver } from "./writes.ts";

/**
 * The content of a notice; the other fields are derived from the extension, the time and the key. Texts have at most 160 characters, of which an upright
 * display shows about 90. Compute `until` from the time of the event and not from now, so that a repeated event makes the same notice.
 */
export type Said = Pick<Notice, "audience" | "text" | "icon" | "until">;

/** Publishes and withdraws the notices of one extension. */
export interface Notices {
  /**
   * Publishes a notice. It replaces an earlier one with the same key. Nothing is written if the notice is unchanged, or if its end has passed. Different
   * keys are different notices; the audience of a key cannot change.
   * @param key 1 to 80 letters, digits, hyphens or underscores @param because the event that caused the notice, which then belongs to the same trace
   * @returns the current notice; `undefined` if its end has passed @throws NoticeError
   */
  publish(storeId: string, key: string, said: Said, because?: CremaEvent): Promise<Notice | undefined>;
  /** Withdraws the notice with this key, if there is one. @throws NoticeError if the key is invalid */
  withdraw(storeId: string, key: string, because?: CremaEvent): Promise<void>;
}

/** Thrown for an invalid notice, with all its problems. A retry does not help. */
export class NoticeError extends Error {
  constructor(id: string, problems: { path: string; message: string }[]) {
    const named = problems.map(({ path, message }) => `${path} ${message}`.trim());
    super(`The notice ${id} cannot be published: ${named.join("; ")}.`);
    this.name = "NoticeError";
  }
}

/** A notice as stored in the container `catalog`. */
interface NoticeDocument extends Notice {
  kind: "notice";
  /** See {@link audienceName}. */
  hears: string;
  correlationid?: string;
  causationid?: string;
  traceparent?: string;
  /** In seconds. */
  ttl: number;
}

/** How long a document is kept after its notice's end, in seconds, since the change feed may lag. */
const keptFor = 60 * 60;
/** How far ahead a notice may end, in ms. Permanent texts belong into an app, not into a notice. */
const longest = 31 * 24 * 60 * 60_000;
const rounds = 10;

const speakers = new Set<string>();

/** Whether an extension of this build publishes notices. If none does, no notices are read. */
export function somebodySpeaks(): boolean {
  return speakers.size > 0;
}

/** An audience as one text, as it is stored, so that one index is enough. */
export function audienceName(audience: NoticeAudience): string {
  return typeof audience === "string" ? audience : `customer:${audience.customer}`;
}

/**
 * The notices of the extension of this name. Call it at the start of the application, where the extension registers its functions: replies to screens
 * include notices from then on. @throws NoticeError if the name is invalid
 */
export function noticesOf(extension: string): Notices {
  const named = extensionName.safeParse(extension);
  if (!named.success) throw new NoticeError(`of "${extension}"`, problemsOf(named.error));
  speakers.add(extension);
  const idOf = (key: string) => `notice:${extension}:${key}`;
  return {
    publish: (storeId, key, said, because) =>
      written(storeId, idOf(key), because, (stands) => {
        const now = Date.now();
        const next = checked(storeId, idOf(key), extension, said, now, stands);
        if (stands && audienceName(stands.audience) !== audienceName(next.audience)) {
          const message = `is ${audienceName(stands.audience)} for this key; another needs another key`;
          throw new NoticeError(next.id, [{ path: "audience", message }]);
        }
        if (Date.parse(next.until) <= now) return undefined;
        return stands && saysTheSame(stands, next) ? stands : next;
      }),
    withdraw: async (storeId, key, because) => {
      await written(storeId, idOf(key), because, (stands) => {
        const now = Date.now();
        if (stands === undefined || Date.parse(stands.until) <= now) return undefined;
        const at = new Date(now).toISOString();
        return { ...stands, version: versionAfter(stands, now), at, until: at, withdrawn: true };
      });
    },
  };
}

/** Builds and validates a notice. Pure. @throws NoticeError */
function checked(storeId: string, id: string, source: string, said: Said, now: number, stands?: Notice): Notice {
  const { audience, text, icon, until } = said;
  const parsed = notice.safeParse({
    ...{ storeId, id, source, audience, text, icon, until },
    version: versionAfter(stands, now),
    at: new Date(now).toISOString(),
  });
  if (!parsed.success) throw new NoticeError(id, problemsOf(parsed.error));
  const end = Date.parse(until);
  if (end - now > longest) throw new NoticeError(id, [{ path: "until", message: "is more than 31 days away" }]);
  // A uniform format, so that sorting by text is sorting by time.
  return { ...parsed.data, until: new Date(end).toISOString() };
}

/**
 * The next version: the seconds since 1970, or one more than the last version if that is greater. The document expires, so without the time a later notice
 * with the same key could be taken for an older one, and its event for a duplicate.
 */
function versionAfter(stands: Notice | undefined, now: number): number {
  return Math.max((stands?.version ?? 0) + 1, Math.floor(now / 1000));
}

function saysTheSame(one: Notice, other: Notice): boolean {
  const content = ({ audience, text, icon, until, withdrawn }: Notice) => ({ audience, text, icon, until, withdrawn });
  return isDeepStrictEqual(content(one), content(other));
}

/** Writes the notice that `change` makes from the current one, unless it returns `undefined` or the same. Repeats this after a conflicting write. */
async function written(
  storeId: string,
  id: string,
  because: CremaEvent | undefined,
  change: (stands: Notice | undefined) => Notice | undefined,
): Promise<Notice | undefined> {
  return inTurn(`${storeId} ${id}`, async () => {
    // Check the id before the read, since Cosmos DB does not accept every text as an id.
    const named = notice.pick({ storeId: true, id: true }).safeParse({ storeId, id });
    if (!named.success) throw new NoticeError(id, problemsOf(named.error));
    const catalog = await container("catalog");
    for (let round = 0; round < rounds; round++) {
      const found = await readStored<NoticeDocument>("catalog", storeId, id);
      // An invalid document that somebody wrote by hand is overwritten.
      const stands = found && notice.safeParse(found.document).data;
      const next = change(stands);
      if (next === undefined || next === stands) return next;
      if (await writeOver(catalog, storeId, documentOf(next, because), found?.etag)) return next;
    }
    throw new Error(`The notice ${id} changes too often at once; it is published at the next try.`);
  });
}

function documentOf(said: Notice, because: CremaEvent | undefined): NoticeDocument {
  const left = Math.ceil((Date.parse(said.until) - Date.parse(said.at)) / 1000);
  const traceparent = traceOfFact(because?.traceparent, `${said.id} ${said.version}`);
  return {
    ...said,
    kind: "notice",
    hears: audienceName(said.audience),
    ...(because && { correlationid: because.correlationid, causationid: because.id }),
    ...(traceparent && { traceparent }),
    ttl: left + keptFor,
  };
}
