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
 * What an extension says; the rest of a notice follows from who says it, when and under which key. Texts have 160 characters at most; an upright display shows
 * about 90 of them. An end that is reckoned from the event and not from now is the same when the event comes twice.
 */
export type Said = Pick<Notice, "audience" | "text" | "icon" | "until">;

/** How one extension speaks on screens. */
export interface Notices {
  /**
   * Says something, in place of what was said under the same key before. Said again as it stands, nothing is written; of what is over already, neither.
   * Two keys are two notices; the audience of a key stays what it is.
   * @param key 1 to 80 letters, digits, hyphens, underscores @param because the event that led to it, in whose trace it then is
   * @returns the notice as it stands, `undefined` when its end has passed @throws NoticeError
   */
  publish(storeId: string, key: string, said: Said, because?: CremaEvent): Promise<Notice | undefined>;
  /** Takes back what stands under the key; nothing where nothing does. @throws NoticeError for a key that can be none */
  withdraw(storeId: string, key: string, because?: CremaEvent): Promise<void>;
}

/** An extension said something that cannot be shown; each of the problems is named. It would be no better at the next try. */
export class NoticeError extends Error {
  constructor(id: string, problems: { path: string; message: string }[]) {
    const named = problems.map(({ path, message }) => `${path} ${message}`.trim());
    super(`The notice ${id} cannot be published: ${named.join("; ")}.`);
    this.name = "NoticeError";
  }
}

/** As it lies in `catalog`. */
interface NoticeDocument extends Notice {
  kind: "notice";
  /** See {@link audienceName}. */
  hears: string;
  correlationid?: string;
  causationid?: string;
  traceparent?: string;
  /** Seconds. */
  ttl: number;
}

/** A document stays so long (s) after its notice's end: its feed may be behind. */
const keptFor = 60 * 60;
/** Nothing stands on a screen for longer, in ms: what is to stay is an app's own. */
const longest = 31 * 24 * 60 * 60_000;
const rounds = 10;

const speakers = new Set<string>();

/** Whether an extension of this build speaks on screens. Where none does, nobody looks for what is said. */
export function somebodySpeaks(): boolean {
  return speakers.size > 0;
}

/** An audience as documents have it: one text, for one index. */
export function audienceName(audience: NoticeAudience): string {
  return typeof audience === "string" ? audience : `customer:${audience.customer}`;
}

/**
 * How the extension of this name speaks on screens. To be called where it registers its functions, at the start of the application: from then on screens
 * look for what is said. @throws NoticeError for a name that is none
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

/** The notice as it would be. Pure. @throws NoticeError */
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
  // One way of writing, so that order by text is order by time.
  return { ...parsed.data, until: new Date(end).toISOString() };
}

/**
 * The version after this one. Seconds since 1970 where that is more: the document goes when its time is over, and the next of the same key must not
 * be taken for an older one, nor its event for one that was told.
 */
function versionAfter(stands: Notice | undefined, now: number): number {
  return Math.max((stands?.version ?? 0) + 1, Math.floor(now / 1000));
}

function saysTheSame(one: Notice, other: Notice): boolean {
  const content = ({ audience, text, icon, until, withdrawn }: Notice) => ({ audience, text, icon, until, withdrawn });
  return isDeepStrictEqual(content(one), content(other));
}

/** Writes what `change` makes of what stands there, unless that is nothing or the same; again with what others wrote meanwhile. */
async function written(
  storeId: string,
  id: string,
  because: CremaEvent | undefined,
  change: (stands: Notice | undefined) => Notice | undefined,
): Promise<Notice | undefined> {
  return inTurn(`${storeId} ${id}`, async () => {
    // Before it is asked for: Cosmos DB could not even hold an id of some shapes.
    const named = notice.pick({ storeId: true, id: true }).safeParse({ storeId, id });
    if (!named.success) throw new NoticeError(id, problemsOf(named.error));
    const catalog = await container("catalog");
    for (let round = 0; round < rounds; round++) {
      const found = await readStored<NoticeDocument>("catalog", storeId, id);
      // What somebody wrote there by hand, and wrongly, is overwritten.
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
