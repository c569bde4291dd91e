/** What kind of mistake is in a document: for screens, which have words of their own for each. Stable, as the codes of problems are. */
export const mistakes = [
  /** It is not there. */
  "missing",
  /** Of another type: a text where a number belongs. */
  "other-type",
  "not-whole",
  /** Less, more, fewer or longer than `limit` allows. */
  "too-small",
  "too-big",
  "too-few",
  "too-many",
  "too-long",
  /** A text with nothing in it; with nothing in it that can be seen; with towers of marks. */
  "empty",
  "unseen",
  "stacked",
  /** Not written as it must be: an id, a phone number. */
  "form",
  /** None of those that there are. */
  "not-offered",
  /** Fields that do not belong there: `names`. */
  "unknown-field",
  /** Two of them have the same id. */
  "twice",
  "time-zone",
  /** Minutes that do not divide a day. */
  "uneven-day",
  "no-default",
  /** The default is none of the choices. */
  "lost-default",
  /** The shared group is none that there is. */
  "lost-group",
  /** Others need it as it was: `names`. */
  "in-use",
  /** Not the id that its address or its phone number asks for. */
  "other-id",
  "last-admin",
  /** It begins before the one above it is over. */
  "overlap",
  /** Over before it begins: last orders are so early that nobody would be let in. */
  "too-short",
  /** Late is not after getting old. */
  "not-later",
  /** More drinks and options, all in all, than screens can be sent at once. */
  "menu-too-large",
] as const;
export type Mistake = (typeof mistakes)[number];

/** What a rule of ours found, at a place in what it looked at: an issue of zod. */
export const mistake = (path: (string | number)[], kind: Mistake, message: string) =>
  ({ code: "custom", path, message, params: { mistake: kind } }) as const;
