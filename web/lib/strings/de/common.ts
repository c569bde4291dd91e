import type { Translated } from "../../text.ts";
import type * as english from "../en/common.ts";

type Of<T> = Translated<T, "de">;

export const common: Of<typeof english.common> = {
  brand: "Crema",
  loading: "Einen Moment …",
  language: "Sprache",
  tryAgain: "Noch einmal versuchen",
  back: "Zurück",
  close: "Schließen",
  broken: "Auf dieser Seite ist etwas schiefgegangen",
  brokenHint: "Nichts ist verloren: Was du bestellt hast, bleibt bestellt. Lade die Seite neu.",
  loadAgain: "Neu laden",
  notConfigured: "Diese Seite ist noch nicht eingerichtet",
  notConfiguredHint:
    "Ihre Einstellungen konnten nicht gelesen werden. Prüfe die Verbindung und versuche es noch einmal.",
  states: {
    refused: "nicht angenommen",
    choosing: "bei der Auswahl",
    submitted: "bestellt",
    queued: "in der Schlange",
    making: "wird gemacht",
    ready: "fertig",
    collected: "abgeholt",
    uncollected: "nicht abgeholt",
    cancelled: "storniert",
    expired: "Zeit abgelaufen",
  },
  minutes: { one: "{n} min", other: "{n} min" },
  wait: "etwa {from} bis {to} min",
  waitUpTo: "bis zu {to} min",
  signOut: "Abmelden",
  signOutEverywhere: "Überall abmelden",
  storeUnknown: "Diesen Stand gibt es nicht",
  storeUnknownHint: "Prüfe die Adresse, oder scanne den Code auf der Anzeige.",
};

export const live: Of<typeof english.live> = {
  connecting: "Verbinde …",
  live: "Live",
  reconnecting: "Verbinde neu …",
  polling: "Verzögert",
  offline: "Offline",
  offlineSince: "Offline: zuletzt um {time}",
};

export const errors: Of<typeof english.errors> = {
  network: "Keine Verbindung. Prüfe dein Netz und versuche es noch einmal.",
  unexpected: "Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal.",
  switchedOff: "Das ist hier abgeschaltet.",
  wrongCode: {
    one: "Dieser Code stimmt nicht. Noch {n} Versuch.",
    other: "Dieser Code stimmt nicht. Noch {n} Versuche.",
  },
  waitFor: "Bitte warte {time} und versuche es noch einmal.",
  byCode: {
    "bad-request": "Etwas daran stimmte nicht. Prüfe es und versuche es noch einmal.",
    "too-large": "Das ist zu lang. Kürze es und versuche es noch einmal.",
    "not-json": "Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal.",
    "not-signed-in": "Du wurdest abgemeldet. Melde dich bitte wieder an.",
    forbidden: "Das darfst du nicht.",
    "not-found": "Das ist nicht mehr da.",
    "unknown-store": "Diesen Stand gibt es nicht.",
    "store-closed": "Der Stand ist gerade geschlossen.",
    "store-paused": "Der Stand macht eine kurze Pause. Bitte versuche es gleich noch einmal.",
    "code-unknown": "Diesen Code kennen wir nicht. Scanne den auf der Anzeige.",
    "code-over": "Dieser Code ist abgelaufen. Scanne den, der jetzt auf der Anzeige steht.",
    "code-exhausted": "Den letzten Platz hat gerade jemand genommen.",
    "order-state": "Die Bestellung ist inzwischen weiter. Schau, wo sie jetzt ist.",
    "order-version": "Das hat sich gerade geändert. Schau noch einmal.",
    "order-held": "Jemand anderes macht sie gerade.",
    "drink-unavailable": "Dieses Getränk ist gerade ausverkauft. Bitte wähle ein anderes.",
    "choice-unavailable": "Etwas, das du gewählt hast, ist gerade ausverkauft. Bitte wähle noch einmal.",
    "bad-option": "Etwas, das du gewählt hast, gibt es nicht mehr. Bitte wähle noch einmal.",
    "challenge-over": "Dieser Code ist abgelaufen. Lass dir einen neuen schicken.",
    "wrong-code": "Dieser Code stimmt nicht.",
    "resend-too-soon": "Eben wurde ein Code geschickt. Bitte warte ein wenig.",
    "too-many-requests": "Das waren viele Versuche. Bitte warte ein wenig.",
    "sms-refused": "An diese Nummer lässt sich keine Nachricht schicken. Prüfe sie, oder nimm eine andere.",
    "number-not-served": "An diese Art von Nummer können wir keine Codes schicken. Nimm bitte eine Handynummer.",
    "country-not-served":
      "In dieses Land können wir keine Codes schicken. Nimm eine andere Nummer, oder frag an der Theke.",
    "texts-off": "Hier werden keine SMS mehr verschickt. Diese Seite sagt dir, wenn er fertig ist.",
    "codes-used-up":
      "Wir haben vorerst alle Codes verschickt, die wir können. Versuche es etwas später noch einmal, oder frag an der Theke.",
    "document-changed": "Jemand anderes hat das inzwischen geändert. Schau es dir noch einmal an.",
    "document-invalid": "Etwas darin stimmt nicht. Es wurde nichts gespeichert.",
    "try-again": "Das hat gerade nicht geklappt. Bitte versuche es noch einmal.",
    internal: "Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal.",
  },
};
