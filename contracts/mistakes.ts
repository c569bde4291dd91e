/** The kinds of mistakes in a document. Screens have their own text for each. These names are stable, as problem codes are. */
export const mistakes = [
  /** A required field is missing. */
  "missing",
  /** The wrong type, such as a text instead of a number. */
  "other-type",
  "not-whole",
  /** Outside of `limit`: the value, the number of elements or the length. */
  "too-small",
  "too-big",
  "too-few",
  "too-many",
  "too-long",
  /** A text that is empty, has no visible character, or stacks too many combining marks on a letter. */
  "empty",
  "unseen",
  "stacked",
  /** The wrong format, for instance of an id or a phone number. */
  "form",
  /** Not one of the allowed values. */
  "not-offered",
  /** Unknown fields, listed in `names`. */
  "unknown-field",
  /** Two elements have the same id. */
  "twice",
  "time-zone",
  /** Minutes that do not divide a day evenly. */
  "uneven-day",
  "no-default",
  /** The default is not one of the choices. */
  "lost-default",
  /** The shared group does not exist. */
  "lost-group",
  /** Other documents, listed in `names`, depend on what was changed or removed. */
  "in-use",
  /** The id does not match the URL or the phone number. */
  "other-id",
  "last-admin",
  /** A time span begins before the previous one is over. */
  "overlap",
  /** A time span is over before it begins: last orders are so early that nobody would be admitted. */
  "too-short",
  /** `lateMinutes` is not greater than `agingMinutes`. */
  "not-later",
  /** The menu is too large to be sent to screens in one message. */
  "menu-too-large",
] as const;
export type Mistake = (typeof mistakes)[number];

/** Creates a zod issue for a mistake that one of our own rules found. */
export const mistake = (path: (string | number)[], kind: Mistake, message: string) =>
  ({ code: "custom", path, message, params: { mistake: kind } }) as const;
