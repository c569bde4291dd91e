import { slug } from "../../contracts/slug.ts";
import { type Loose, list, text } from "./loose.ts";
import { type TextsDraft, textsDraft, textsField } from "./texts-draft.ts";

/** A question while it is edited, a drink's own or one that drinks share. `key` tells lines apart while they move. */
export interface GroupDraft {
  key: string;
  id: string;
  name: string;
  texts: TextsDraft;
  choose: string;
  /** Key of the choice that is taken when the customer names none. */
  default: string;
  choices: ChoiceDraft[];
  /** It was never saved: no order names it yet. */
  fresh?: true;
}
export interface ChoiceDraft {
  key: string;
  id: string;
  name: string;
  texts: TextsDraft;
  available: boolean;
  fresh?: true;
}

/** A question as it was read. @param key tells it apart in the form; those of its choices are made of it, the same each time */
export function groupDraft(group: Loose, key: string): GroupDraft {
  const choices = list(group.choices).map((choice, index) => ({
    key: `${key}c${index}`,
    id: text(choice.id),
    name: text(choice.name),
    texts: textsDraft(choice.texts),
    available: choice.available !== false,
  }));
  const taken = choices.find(({ id }) => id !== "" && id === group.default)?.key ?? "";
  const texts = textsDraft(group.texts);
  return {
    key,
    id: text(group.id),
    name: text(group.name),
    texts,
    choose: text(group.choose),
    default: taken,
    choices,
  };
}

/** A new question with one choice, which is the usual one. */
export function emptyGroup(key: string): GroupDraft {
  const first = emptyChoice(`${key}c`);
  const texts = textsDraft(undefined);
  return { key, id: "", name: "", texts, choose: "one", default: first.key, choices: [first], fresh: true };
}

/** A new choice, without a name or an id yet. */
export const emptyChoice = (key: string): ChoiceDraft => ({
  ...{ key, id: "", name: "" },
  texts: textsDraft(undefined),
  ...{ available: true, fresh: true },
});

/** What of a group is saved beside its id. */
export function groupFields(group: GroupDraft): Loose {
  const taken = group.choose === "one" ? group.choices.find(({ key }) => key === group.default)?.id : undefined;
  return {
    name: group.name,
    ...textsField(group.texts),
    choose: group.choose,
    choices: group.choices.map(({ id, name, texts, available }) => ({
      ...{ id, name },
      ...textsField(texts),
      ...(!available && { available }),
    })),
    ...(taken === undefined ? {} : { default: taken }),
  };
}

/** The field at which a path within a group is shown: lines by key, so that a message stays with a line that is moved. */
export function groupField(group: GroupDraft, [part, index, third]: (string | number)[]): string | undefined {
  if (part === undefined || part === "id" || part === "name") return `${group.key}.name`;
  if (part === "choose" || part === "default" || part === "texts") return `${group.key}.${part}`;
  if (part !== "choices") return undefined;
  if (index === undefined) return `${group.key}.choices`;
  const choice = group.choices[Number(index)];
  if (choice === undefined) return undefined;
  if (third === "texts") return `${choice.key}.texts`;
  return third === undefined || third === "id" || third === "name" ? `${choice.key}.name` : undefined;
}

/**
 * A name was typed: the id of a line that is not saved yet follows it, and one that is none is mended with it. Any other stays, for orders, other drinks and
 * figures name it. Of a name that nothing in an id can be made of, such as カプチーノ, it is made of `otherwise`.
 */
export function rename(
  line: { id: string; name: string; fresh?: true },
  name: string,
  others: readonly { id: string }[],
  otherwise: string,
): void {
  line.name = name;
  if (line.fresh || !/^[a-z0-9][a-z0-9-]{0,59}$/.test(line.id)) line.id = freeId(slug(name) || otherwise, others);
}

/** `wanted`, or with the first number that makes it different from the ids of all others. */
export function freeId(wanted: string, others: readonly { id: string }[]): string {
  const taken = new Set(others.map(({ id }) => id));
  let id = wanted;
  for (let n = 2; id !== "" && taken.has(id); n++) id = `${wanted.slice(0, 36)}-${n}`;
  return id;
}
