import type { Language } from "../../contracts/languages.ts";
import { changeSpeech, type Speech, speech } from "./speech.ts";

/** The texts of one part of the screens. */
interface Part {
  load(language: string): Promise<object>;
  said?: object;
  /** Under way, for what comes later than its page. */
  coming?: Promise<void> | undefined;
}

/** The language that a page has begun to load. */
let wanted: string | undefined;
const parts: Part[] = [];

/**
 * The texts of a part of the screens: a file a language, loaded when that language is spoken. What this returns gives what such a file exports
 * under a name, always in the language that is spoken now.
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
  // What comes later than its page, as the story does, brings its texts with it.
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

/** Has a part speak that came later than its page; anew where its file did not come before. @throws Error when English does not come either */
function come(part: Part): Promise<void> | undefined {
  if (part.said !== undefined || wanted === undefined) return undefined;
  part.coming ??= speakIn(part, wanted).finally(() => {
    part.coming = undefined;
  });
  return part.coming;
}

/** Loads one part, in English when its file of the language does not come. @throws Error when English does not come either */
async function speakIn(part: Part, language: string): Promise<void> {
  const said = await part.load(language).catch((error: unknown) => {
    console.error(`Texts in "${language}" could not be loaded: they are shown in English.`, error);
    return part.load("en");
  });
  // The reader may have chosen another language meanwhile.
  if (wanted !== undefined && wanted !== language) return speakIn(part, wanted);
  part.said = said;
}

/**
 * Loads the texts of all parts that the page has, and speaks from then on. What does not come is English.
 * @throws Error when English does not come either
 */
export async function begin(next: Speech): Promise<void> {
  wanted = next.language;
  await Promise.all(parts.map((part) => speakIn(part, next.language)));
  changeSpeech(next);
}

/** The same for a page that speaks already: all of it changes, or nothing. @throws Error when a file does not come */
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

/** What is loaded when it is wanted, together with its texts: `await withTexts(import("./Story.svelte"))`. */
export async function withTexts<Module>(module: Promise<Module>): Promise<Module> {
  const loaded = await module;
  await Promise.all(parts.map(come));
  return loaded;
}
