import { direction, type Language } from "../../contracts/languages.ts";

/** The texts of notifications about an order. */
export interface ReachWords {
  /** For each kind of push message: a title that is sufficient by itself, and a line below it. */
  ready: { title: string; body: string };
  called: { title: string; body: string };
  recalled: { title: string; body: string };
  /** The SMS. It does not name the drink, which could make it two messages, and uses only letters of the SMS alphabet: see `codeWords`. */
  text: string;
}

/**
 * The texts by language, with the placeholders `{number}`, `{drink}` and `{store}`. The only other texts of the server are in `personal-words.ts`; all
 * others are in `web/lib/strings`.
 */
export const reachWords = {
  en: {
    ready: { title: "{number} is ready", body: "{drink} · Pick it up at {store} while it is hot." },
    called: { title: "{number} still waits for you", body: "{drink} · At the counter of {store}." },
    recalled: { title: "{number} is not quite ready yet", body: "{drink} · One moment, please: we tell you again." },
    text: "{store}: {number} is ready. Pick it up while it is hot.",
  },
  de: {
    ready: { title: "{number} ist fertig", body: "{drink} · Bei {store} abholen, solange er heiß ist." },
    called: { title: "{number} wartet noch auf dich", body: "{drink} · An der Theke von {store}." },
    recalled: {
      title: "{number} ist noch nicht ganz fertig",
      body: "{drink} · Einen Moment bitte: Wir melden uns wieder.",
    },
    text: "{store}: {number} ist fertig. Hol ihn ab, solange er heiß ist.",
  },
  es: {
    ready: { title: "El {number} está listo", body: "{drink} · Recógelo en {store} mientras esté caliente." },
    called: { title: "El {number} te sigue esperando", body: "{drink} · En la barra de {store}." },
    recalled: {
      title: "El {number} todavía no está listo",
      body: "{drink} · Un momento, por favor: te volvemos a avisar.",
    },
    text: "{store}: ya puedes recoger el {number}, bien caliente.",
  },
  "zh-Hans": {
    ready: { title: "{number} 号已做好", body: "{drink} · 请趁热到 {store} 取。" },
    called: { title: "{number} 号还在等你来取", body: "{drink} · 在 {store} 的柜台。" },
    recalled: { title: "{number} 号还没有完全做好", body: "{drink} · 请稍候，好了会再通知你。" },
    text: "{store}：{number} 号已做好，请趁热来取。",
  },
  ar: {
    ready: { title: "الطلب {number} جاهز", body: "{drink} · استلمه من {store} وهو ساخن." },
    called: { title: "الطلب {number} ما زال بانتظارك", body: "{drink} · عند منضدة {store}." },
    recalled: { title: "الطلب {number} ليس جاهزًا تمامًا بعد", body: "{drink} · لحظة من فضلك: سنخبرك من جديد." },
    text: "{store}: الطلب {number} جاهز. استلمه وهو ساخن.",
  },
} satisfies Record<Language, ReachWords>;

/**
 * The SMS with the sign-in code. The first three use only letters of the SMS alphabet (GSM 7-bit), so that one message is enough: a single other letter,
 * such as the "ó" in "código", would halve the length of a message. Chinese and Arabic may take two messages if the site's name is long.
 */
export const codeWords = {
  en: "{code} is your Crema code. It is good for 5 minutes.",
  de: "{code} ist dein Crema-Code. Er gilt 5 Minuten.",
  es: "{code} es tu clave de Crema. Vale 5 minutos.",
  "zh-Hans": "{code} 是你的 Crema 验证码，5 分钟内有效。",
  ar: "{code} هو رمز Crema الخاص بك. صالح 5 دقائق.",
} satisfies Record<Language, string>;

/** The supported language that fits a language tag best: the same, another variant of it, or English. Pure. */
export function spoken(tag: string): Language {
  const ours = Object.keys(reachWords) as Language[];
  const asked = tag.toLowerCase();
  const base = (of: string) => of.toLowerCase().split("-")[0];
  return ours.find((each) => each.toLowerCase() === asked) ?? ours.find((each) => base(each) === base(tag)) ?? "en";
}

/**
 * Fills in the placeholders of a text. In a right-to-left language, names are isolated, so that their direction does not change the text around
 * them. Pure.
 */
export function filled(text: string, values: Record<string, string>, language: Language): string {
  const apart = direction(language) === "rtl";
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return apart ? `\u2068${value}\u2069` : value;
  });
}

/** The owner's translation of a name; the name itself if there is none. Pure. */
export function nameIn(thing: { name: string; texts?: Texts | undefined }, language: Language): string {
  return thing.texts?.[language]?.name ?? thing.name;
}
type Texts = Partial<Record<Language, { name?: string | undefined } | undefined>>;
