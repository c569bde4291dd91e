import { slug } from "../../contracts/slug.ts";

/**
 * The id of something new, derived from its name: the same for the same name, in every drink, and another one for another name. What the alphabet of ids
 * cannot say of a name is in a mark behind the rest: `milk` for Milk, but `choice-1r5qx2k` for 牛奶, and another mark for 大小.
 * @param otherwise stands in front of the mark if the alphabet can say nothing of the name
 */
export function idOf(name: string, otherwise: string): string {
  const said = name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
  const plain = slug(name);
  if (said === "") return otherwise;
  if (plain !== "" && !unsaid.test(name.normalize("NFD").toLowerCase())) return plain;
  // Short enough for a number behind it, if the id is taken all the same.
  return `${(plain || otherwise).slice(0, 28).replace(/-+$/, "")}-${markOf(said)}`;
}

/** A letter, digit or symbol that is lost in an id. Punctuation may be: nobody tells two things apart by it. */
const unsaid = /[^a-zß\d\P{L}]|[^\d\P{N}]|\p{S}/u;

/** Seven characters of a hash (FNV-1a, 32 bits): names of one menu are few enough for it. */
function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36).padStart(7, "0");
}

/** `wanted`, if necessary with the first number that makes it unique. */
export function freeId(wanted: string, others: readonly { id: string }[]): string {
  const taken = new Set(others.map(({ id }) => id));
  let id = wanted;
  for (let n = 2; id !== "" && taken.has(id); n++) id = `${wanted.slice(0, 36)}-${n}`;
  return id;
}
