import { direction } from "../../contracts/languages.ts";
import { keep, kept } from "./browser.ts";
import { toldLanguages } from "./intl.ts";
import { firstSpeech, speechIn } from "./language.ts";
import { begin, change } from "./texts.ts";

const key = "crema.language";

/** Loads the page's texts, and sets the document's language. @throws Error if nothing can be loaded */
export async function beginSpeech(address: string): Promise<void> {
  const first = firstSpeech(asked(address), kept(key), toldLanguages());
  await begin(first);
  tell(first.language);
}

/** Changes the language, now and for this device's next visits. @throws Error if its texts cannot be loaded: then nothing changes */
export async function chooseLanguage(language: string): Promise<void> {
  await change(speechIn(language, toldLanguages()));
  keep(key, language);
  keep(key, undefined, "tab");
  tell(language);
}

/**
 * The language that the page's address requests. This tab remembers it, and it is removed from the address: so a reload or *back* does not undo a
 * later choice in the app, and a shared link does not set the language for others.
 */
function asked(address: string): unknown {
  const url = new URL(address);
  const language = url.searchParams.get("lang");
  if (language === null) return kept(key, "tab");
  keep(key, language, "tab");
  url.searchParams.delete("lang");
  if (kept(key, "tab") === language) history.replaceState(history.state, "", url);
  return language;
}

function tell(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
}
