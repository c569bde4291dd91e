import { type HoursDraft, hoursDocument, hoursDraft, hoursField } from "./hours-draft.ts";
import { flag, type Loose, type Seen, text, whole } from "./loose.ts";
import { steps } from "./problems.ts";
import { type TextsDraft, textsDraft, textsField } from "./texts-draft.ts";

/** The store's numbers, and what the owner may allow, in the order of the form. */
const queueNumbers = [
  "capacity",
  "choosingMinutes",
  "makingMinutes",
  "notFetchedMinutes",
  "agingMinutes",
  "lateMinutes",
] as const;
const limitNumbers = ["codeMinutes", "scansPerCode", "openOrdersPerCustomer"] as const;
const limitFlags = ["staffWithoutLimits"] as const;
const counterFlags = ["counterBeyondCapacity", "counterWhileShut", "readyTexts"] as const;
export const storeParts = { queueNumbers, limitNumbers, limitFlags, counterFlags };

export const storeNumbers = [...queueNumbers, ...limitNumbers] as const;
type StoreNumber = (typeof storeNumbers)[number];

export const storeFlags = [...limitFlags, ...counterFlags] as const;
type StoreFlag = (typeof storeFlags)[number];

/** The store while it is edited. */
export interface StoreDraft extends Record<StoreNumber, string>, Record<StoreFlag, boolean>, HoursDraft {
  name: string;
  texts: TextsDraft;
  open: boolean;
  timeZone: string;
  /** Whether a customer may have only so many in a day. */
  limited: boolean;
  ordersPerDay: string;
}

/** The store as it was read; what is missing or of another kind is empty or off. */
export function storeDraft(document: Loose): StoreDraft {
  const numbers = Object.fromEntries(storeNumbers.map((field) => [field, text(document[field])]));
  const flags = Object.fromEntries(storeFlags.map((field) => [field, flag(document[field])]));
  return {
    name: text(document.name),
    texts: textsDraft(document.texts),
    open: flag(document.open),
    timeZone: text(document.timeZone),
    ...(numbers as Record<StoreNumber, string>),
    ...(flags as Record<StoreFlag, boolean>),
    limited: document.ordersPerDay !== null,
    ordersPerDay: text(document.ordersPerDay),
    ...hoursDraft(document),
  };
}

/** What the form does not show stays as it is. */
const keptOf = (standing: Loose): Loose =>
  Object.fromEntries(
    ["switchedAt", "pause", "retiredAt"].flatMap((field) => (field in standing ? [[field, standing[field]]] : [])),
  );

/** What is left empty is not in the document: the server says that it is missing, or takes what holds without it. */
export function storeDocument(draft: StoreDraft, storeId: string, seen?: Seen): Loose & { id: string } {
  const standing = seen?.document ?? {};
  const isSwitched = seen && standing.open !== undefined && standing.open !== draft.open;
  return {
    ...keptOf(standing),
    // A hand on the switch, which hours respect until their next change.
    ...(isSwitched && { switchedAt: new Date(seen.now).toISOString() }),
    id: "store",
    kind: "store",
    storeId,
    name: draft.name,
    ...textsField(draft.texts),
    open: draft.open,
    timeZone: draft.timeZone,
    ...Object.fromEntries(
      storeNumbers.flatMap((field) => (draft[field].trim() === "" ? [] : [[field, whole(draft[field])]])),
    ),
    ordersPerDay: draft.limited ? whole(draft.ordersPerDay) : null,
    // No is what holds where nothing is said.
    ...Object.fromEntries(
      storeFlags.flatMap((field) => (draft[field] || field in standing ? [[field, draft[field]]] : [])),
    ),
    ...hoursDocument(draft),
  };
}

/** The field at which a path of the document is shown; undefined where there is none. */
export function storeField(draft: StoreDraft, path: string): string | undefined {
  const [first, ...rest] = steps(path);
  if (first === "hours") return hoursField(draft, rest);
  return typeof first === "string" && first in draft ? first : undefined;
}
