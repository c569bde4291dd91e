import type { Translated } from "../../text.ts";
import type { devices as english, pair as englishPair } from "../en/devices.ts";

export const devices: Translated<typeof english, "de"> = {
  title: "Geräte",
  intro: "Wo das Team angemeldet ist. Wer eine Rolle verliert, ist dadurch innerhalb von zwei Sekunden draußen.",
  none: "Niemand ist zum Arbeiten angemeldet",
  apps: {
    customer: "zum Bestellen",
    barista: "an der Bar",
    display: "als Anzeige",
    admin: "um den Stand zu führen",
  },
  browserOn: "{browser} auf {system}",
  unknown: "Unbekanntes Gerät",
  since: "seit {time}",
  seen: "zuletzt gesehen etwa {time}",
  here: "Jetzt verbunden",
  thisOne: "Dieses Gerät",
  end: "Abmelden",
  endOne: "Abmelden: {name}, {device}",
  endAll: "{name} überall abmelden",
  endTitle: "{name} abmelden?",
  endText: "{device} wird sofort abgemeldet, und was es zeigt, ist innerhalb von zwei Sekunden weg.",
  endAllText:
    "Alles, womit {name} hier arbeitet, wird sofort abgemeldet. Wer hier arbeitet, kann sich wieder anmelden.",
  endThisText: "Das ist dieses Gerät: Du musst dich wieder anmelden.",
  ended: "Abgemeldet.",
  keep: "Dabei belassen",
  failed: "Die Geräte konnten nicht geladen werden.",
};

export const pair: Translated<typeof englishPair, "de"> = {
  action: "Anzeige koppeln",
  title: "Anzeige koppeln",
  intro:
    "Öffne {address} auf dem Bildschirm. Er zeigt einen Code: Scanne ihn mit diesem Handy, oder tippe ihn hier ein.",
  code: "Code auf dem Bildschirm",
  codeHint: "Acht Buchstaben.",
  codeShort: "Der Code hat acht Buchstaben.",
  look: "Bildschirm suchen",
  refused: {
    "pairing-over":
      "Diesen Code zeigt gerade kein Bildschirm. Sieh noch einmal hin: Vielleicht steht dort inzwischen ein anderer.",
  },
  found: "Dieser Bildschirm möchte eine Anzeige von {store} sein",
  check: "Kopple ihn nur, wenn er vor dir steht und diesen Code zeigt.",
  device: "Gerät",
  asked: "Wartet seit",
  network: "Netz",
  sameNetwork: "Dasselbe wie deines",
  otherNetwork: "Ein anderes als deines, wie bei mobilen Daten",
  store: "Von welchem Stand?",
  called: "Wie heißt er?",
  nameHint: "Damit du ihn in der Liste der Geräte erkennst. Zum Beispiel: Links von der Bar.",
  nameMissing: "Gib dem Bildschirm einen Namen.",
  approve: "Diesen Bildschirm koppeln",
  otherCode: "Anderer Code",
  done: "{name} ist gekoppelt und bleibt angemeldet, bis du ihn hier abmeldest.",
};
