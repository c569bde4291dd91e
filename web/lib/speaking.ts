import { direction } from "../../contracts/languages.ts";
import { keep, kept } from "./browser.ts";
import { toldLanguages } from "./intl.ts";
import { firstSpeech, speechIn } from "./language.ts";
import { begin, change } from "./texts.ts";

const key = "crema.language";

/** Loads the page's texts, and says in its document which language it is in. @throws Error when nothing can be loaded */
export async function beginSpeech(address: string): Promise<void> {
  const first = firstSpeech(asked(address), kept(key), toldLanguages());
  await begin(first);
  tell(first.language);
}

/** Speaks another language from now on, here and on this device's next visits. @throws Error when its texts do not come: then nothing changes */
export async function chooseLanguage(language: string): Promise<void> {
  await change(speechIn(language, toldLanguages()));
  keep(key, language);
  keep(key, undefined, "tab");
  tell(language);
}

/**
 * The language that the page's address asks for. This tab remembers it, and the address loses it: what is chosen in the app later is not taken back by a
 * reload or by *back*, and a link that somebody passes on asks nobody to read another language than theirs.
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
