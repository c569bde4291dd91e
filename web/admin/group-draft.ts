import { freeId, idOf } from "./ids.ts";
import { type Loose, list, text } from "./loose.ts";
import { type TextsDraft, textsDraft, textsField } from "./texts-draft.ts";

/** A question while it is edited, a drink's own or a shared one. `key` identifies lines while they move. */
export interface GroupDraft {
  key: string;
  id: string;
  name: string;
  texts: TextsDraft;
  choose: string;
  /** Key of the default choice, for customers who choose none. */
  default: string;
  choices: ChoiceDraft[];
  /** It was never saved: no order refers to it. */
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

/** The draft of a question. @param key identifies it in the form; the keys of its choices are derived from it, always the same */
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

/** A new question with one choice, which is the default. */
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

/** The saved fields of a group, except its id. */
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

/** The form field for a path within a group. Lines are identified by key, so that a message stays with a line that is moved. */
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
 * Sets a name. The id of an unsaved line follows it, and an invalid id is corrected with it. Any other id stays, since orders, other drinks and
 * figures refer to it. @param otherwise as in `idOf`
 */
export function rename(
  line: { id: string; name: string; fresh?: true },
  name: string,
  others: readonly { id: string }[],
  otherwise: string,
): void {
  line.name = name;
  if (line.fresh || !/^[a-z0-9][a-z0-9-]{0,59}$/.test(line.id)) line.id = freeId(idOf(name, otherwise), others);
}
