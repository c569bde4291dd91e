import type { Language } from "../../contracts/languages.ts";
import { changeSpeech, type Speech, speech } from "./speech.ts";

/** The texts of one part of the screens. */
interface Part {
  load(language: string): Promise<object>;
  said?: object;
  /** The load under way, for a part that is loaded later than its page. */
  coming?: Promise<void> | undefined;
}

/** The language that the page has begun to load. */
let wanted: string | undefined;
const parts: Part[] = [];

/**
 * The texts of a part of the screens: one file for each language, loaded on demand. The returned function gives what the file exports under a name,
 * always in the current language.
 */
export function texts<Module extends object>(
  files: Record<"en", () => Promise<Module>> & Record<Language, () => Promise<object>>,
): <Name extends keyof Module>(name: Name) => Module[Name] {
  const part: Part = {
    async load(language) {
      if (Object.hasOwn(files, language)) return files[language as Language]();
      const { pseudo } = await import("./pseudo.ts");
      return pseudo({ ...(await files.en()) });
    },
  };
  parts.push(part);
  // A part that is loaded later than its page, such as the story, loads its texts then.
  void come(part)?.catch(() => undefined);
  return (name) => {
    const said = (): object => {
      speech();
      if (part.said === undefined) throw new Error(`the texts "${String(name)}" are used before they are loaded`);
      return Reflect.get(part.said, name);
    };
    return new Proxy({} as Module[typeof name] & object, {
      get: (_, key) => Reflect.get(said(), key),
      has: (_, key) => Reflect.has(said(), key),
      ownKeys: () => Reflect.ownKeys(said()),
      getOwnPropertyDescriptor: (_, key) => ({ ...Reflect.getOwnPropertyDescriptor(said(), key), configurable: true }),
    });
  };
}

/**
 * Loads the texts of a part that came later than its page; again if its file could not be loaded before. @throws Error if English cannot be loaded
 * either
 */
function come(part: Part): Promise<void> | undefined {
  if (part.said !== undefined || wanted === undefined) return undefined;
  part.coming ??= speakIn(part, wanted).finally(() => {
    part.coming = undefined;
  });
  return part.coming;
}

/** Loads one part, in English if its file in the language cannot be loaded. @throws Error if English cannot be loaded either */
async function speakIn(part: Part, language: string): Promise<void> {
  const said = await part.load(language).catch((error: unknown) => {
    console.error(`Texts in "${language}" could not be loaded: they are shown in English.`, error);
    return part.load("en");
  });
  // The reader may have changed the language meanwhile.
  if (wanted !== undefined && wanted !== language) return speakIn(part, wanted);
  part.said = said;
}

/**
 * Loads the texts of all parts that the page has, and sets the language. Texts that cannot be loaded are English.
 * @throws Error if English cannot be loaded either
 */
export async function begin(next: Speech): Promise<void> {
  wanted = next.language;
  await Promise.all(parts.map((part) => speakIn(part, next.language)));
  changeSpeech(next);
}

/** The same for a page with a language: everything changes, or nothing. @throws Error if a file cannot be loaded */
export async function change(next: Speech): Promise<void> {
  const these = [...parts];
  const loaded = await Promise.all(these.map((part) => part.load(next.language)));
  wanted = next.language;
  these.forEach((part, index) => {
    part.said = loaded[index] ?? {};
  });
  await Promise.all(parts.slice(these.length).map((part) => speakIn(part, next.language)));
  changeSpeech(next);
}

/** A lazily loaded module, together with its texts: `await withTexts(import("./Story.svelte"))`. */
export async function withTexts<Module>(module: Promise<Module>): Promise<Module> {
  const loaded = await module;
  await Promise.all(parts.map(come));
  return loaded;
}
