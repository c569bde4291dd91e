import type { ConfigReply } from "../../contracts/http.ts";
import { grouped } from "./grouped.ts";
import { fields, type Loose, list, text } from "./loose.ts";

type Entry = ConfigReply["documents"][number];

/** A question that several drinks have as their own and could share. */
export interface Offer {
  /** What makes the copies one question: another one can have the same id. */
  key: string;
  /** Id of the document that they would share. */
  id: string;
  name: string;
  /** The document to write first; missing if an existing one has all that the copies have. */
  group?: Written;
  /** The changed drinks. */
  drinks: Written[];
}
/** A document to write; without an ETag, a new one. */
interface Written {
  document: Loose & { id: string };
  etag?: string;
}

interface Copy {
  entry: Entry;
  group: Loose;
}

/**
 * The questions that several drinks have as their own in the same words, or for which a shared one exists already. Some drinks may offer fewer
 * choices and have another default: that stays. Documents with mistakes are left out. Pure.
 */
export function offers(drinks: readonly Entry[], groups: readonly Entry[], storeId: string): Offer[] {
  const good = drinks.filter(({ problems }) => problems.length === 0);
  const copies = good.flatMap((entry) =>
    list(entry.document.options).flatMap((group) => ("shared" in group ? [] : [{ entry, group }])),
  );
  const same = grouped(copies, ({ group }) => JSON.stringify([group.id, group.name, group.choose]));
  return [...same].flatMap(([key, alike]) => offerOf(key, alike, groups, storeId) ?? []);
}

function offerOf(key: string, alike: Copy[], groups: readonly Entry[], storeId: string): Offer | undefined {
  const id = `options:${text(alike[0]?.group.id)}`;
  const there = groups.find(({ document }) => document.id === id);
  const longest = alike.toSorted((a, b) => list(b.group.choices).length - list(a.group.choices).length)[0]?.group;
  const model = there?.document ?? longest;
  if (model === undefined || !/^options:[a-z0-9-]{1,40}$/.test(id) || (there?.problems.length ?? 0) > 0)
    return undefined;
  const sharing = alike.filter(({ group }) => isPartOf(group, model));
  if (sharing.length < (there ? 1 : 2)) return undefined;
  const owns = sharing.map(({ group }) => group);
  const document = {
    ...(there?.document ?? newGroup(sharing, model, id, storeId)),
    ...told(there ? [there.document, ...owns] : owns, model),
  };
  const isChanged = JSON.stringify(document) !== JSON.stringify(there?.document);
  const usual = text(document.default);
  return {
    key,
    id,
    name: text(model.name),
    ...(isChanged && { group: { document, ...(there && { etag: there.etag }) } }),
    drinks: sharing.map(({ entry, group: own }) => ({
      etag: entry.etag,
      document: {
        ...entry.document,
        options: list(entry.document.options).map((one) => (one === own ? use(id, own, model, usual) : one)),
      },
    })),
  };
}

/** Whether a question equals another one or is a subset of it, in the same order. */
function isPartOf(group: Loose, model: Loose): boolean {
  const names = (of: Loose) => list(of.choices).map((choice) => `${text(choice.id)} ${text(choice.name)}`);
  const [own, all] = [names(group), names(model)];
  const places = own.map((name) => all.indexOf(name));
  const rises = places.every((place, at) => place > (places[at - 1] ?? -1));
  return rises && group.name === model.name && group.choose === model.choose;
}

/** With the most frequent default. */
function newGroup(sharing: Copy[], model: Loose, id: string, storeId: string): Loose & { id: string } {
  const usual = grouped(sharing, ({ group }) => text(group.default));
  const [most] = [...usual].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const { name, choose } = model;
  return { id, kind: "options", storeId, name, choose, ...(choose === "one" && { default: most }) };
}

/** What copies can say besides what makes them one: the first translation in each language, and that a choice is sold out, if it is so in any drink. */
function told(all: Loose[], model: Loose): Loose {
  const choices = list(model.choices).map((choice) => {
    const copies = all.flatMap((group) => list(group.choices).filter(({ id }) => id === choice.id));
    const isOut = copies.some(({ available }) => available === false);
    return { ...choice, ...textsOf(copies), ...(isOut && { available: false }) };
  });
  return { ...textsOf(all), choices };
}

function textsOf(copies: Loose[]): { texts?: Loose } {
  const all = copies.map(({ texts }) => fields(texts));
  // In the order of the first, so that nothing new is no change.
  const said = Object.assign({}, ...all, ...all.toReversed()) as Loose;
  return Object.keys(said).length === 0 ? {} : { texts: said };
}

function use(shared: string, own: Loose, model: Loose, usual: string): Loose {
  const kept = new Set(list(own.choices).map(({ id }) => id));
  const without = list(model.choices)
    .map(({ id }) => id)
    .filter((id) => !kept.has(id));
  return {
    shared,
    ...(own.choose === "one" && own.default !== usual && { default: own.default }),
    ...(without.length > 0 && { without }),
  };
}
