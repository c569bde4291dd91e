import type { Notice } from "../../contracts/notice.ts";

const day = 24 * 60 * 60_000;
/** Dates in the format of the reader's language. */
const languages = ["en", "de"] as const;
type Language = (typeof languages)[number];

const words: Record<Language, { recording: (day: string) => string; speed: (times: number) => string }> = {
  en: { recording: (day) => `A recording of ${day}`, speed: (n) => `${n} times as fast` },
  de: { recording: (day) => `Aufzeichnung vom ${day}`, speed: (n) => `${n}-mal so schnell` },
};

/** A notice as a document in `catalog`. */
export type NoticeDocument = Notice & { kind: "notice"; hears: string; ttl: number };

/**
 * The notices on displays and at the bar while a recording plays, so that nobody takes it for the present.
 * @param timeZone of the store @param speed relative to the machine's clock; 0 before it has begun @param now ms since the epoch @param version grows
 * with each change
 */
export function noticesOf(
  { storeId, begins, ends }: { storeId: string; begins: number; ends: number },
  { timeZone, speed, now, version }: { timeZone: string; speed: number; now: number; version: number },
): NoticeDocument[] {
  const text = (language: Language): string => {
    const { recording, speed: fast } = words[language];
    const date = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
      timeZone,
      day: "numeric",
      month: "long",
    }).format(begins);
    return speed === 0 || speed === 1 ? recording(date) : `${recording(date)}, ${fast(speed)}`;
  };
  const until = ends + day;
  return (["display", "bar"] as const).map((audience) => ({
    storeId,
    id: `notice:recording:${audience}`,
    kind: "notice",
    source: "recording",
    audience,
    hears: audience,
    text: { ...Object.fromEntries(languages.map((each) => [each, text(each)])), en: text("en") },
    icon: "clock",
    until: new Date(until).toISOString(),
    version,
    at: new Date(now).toISOString(),
    ttl: Math.ceil((until - now) / 1000),
  }));
}
