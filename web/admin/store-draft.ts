import { type HoursDraft, hoursDocument, hoursDraft, hoursField } from "./hours-draft.ts";
import { flag, type Loose, type Seen, text, whole } from "./loose.ts";
import { steps } from "./problems.ts";
import { type TextsDraft, textsDraft, textsField } from "./texts-draft.ts";

/** The store's numbers and flags, in the order of the form. */
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
  /** Whether a customer's orders in a day are limited. */
  limited: boolean;
  ordersPerDay: string;
}

/** The draft of a store; missing values and those of another type are empty or off. */
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

/** Fields that the form does not show stay as they are. */
const keptOf = (standing: Loose): Loose =>
  Object.fromEntries(
    ["switchedAt", "pause", "retiredAt"].flatMap((field) => (field in standing ? [[field, standing[field]]] : [])),
  );

/** The document to save. Empty fields are omitted: the server reports them as missing, or uses the default. */
export function storeDocument(draft: StoreDraft, storeId: string, seen?: Seen): Loose & { id: string } {
  const standing = seen?.document ?? {};
  const isSwitched = seen && standing.open !== undefined && standing.open !== draft.open;
  return {
    ...keptOf(standing),
    // A manual switch, which the opening hours respect until their next change.
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
    // Off is the default of a missing flag.
    ...Object.fromEntries(
      storeFlags.flatMap((field) => (draft[field] || field in standing ? [[field, draft[field]]] : [])),
    ),
    ...hoursDocument(draft),
  };
}

/** The form field for a path of the document; undefined if there is none. */
export function storeField(draft: StoreDraft, path: string): string | undefined {
  const [first, ...rest] = steps(path);
  if (first === "hours") return hoursField(draft, rest);
  return typeof first === "string" && first in draft ? first : undefined;
}
