import { direction } from "../../contracts/languages.ts";
import { keep, kept } from "./browser.ts";
import { toldLanguages } from "./intl.ts";
import { firstSpeech, speechIn } from "./language.ts";
import { begin, change } from "./texts.ts";

const key = "crema.language";

/** Loads the page's texts, and says in its document which language it is in. @throws Error when nothing can be loaded */
export async function beginSpeech(address: string): Promise<void> {
  const first = firstSpeech(address, kept(key), toldLanguages());
  await begin(first);
  tell(first.language);
}

/** Speaks another language from now on, here and on this device's next visits. @throws Error when its texts do not come: then nothing changes */
export async function chooseLanguage(language: string): Promise<void> {
  await change(speechIn(language, toldLanguages()));
  keep(key, language);
  tell(language);
}

function tell(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
}
