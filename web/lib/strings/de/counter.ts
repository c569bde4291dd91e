import type { Translated } from "../../text.ts";
import type { counter as english, labels as englishLabels } from "../en/counter.ts";

export const counter: Translated<typeof english, "de"> = {
  take: "An der Theke …",
  title: "An der Theke",
  text: "Für jemanden ohne Handy.",
  chooseDrink: "Wähle ein Getränk.",
  chooseFirst: "Wähle zuerst: {groups}",
  changeDrink: "Anderes Getränk",
  name: "Name für den Becher",
  nameHint: "Darf leer bleiben. Das Personal sieht ihn, bis der Tag vorbei ist.",
  order: "Bestellung aufnehmen",
  taking: "Wird aufgenommen …",
  taken: "Sag diese Nummer",
  takenNamed: "Für {name}",
  earlier: "Ein früherer Versuch war doch angekommen: Das hier wurde da bestellt. Storniere es, wenn es nicht stimmt.",
  arriving: "Die Nummer kommt gleich.",
  spoken: "Nummer {number}: {drink}",
  next: "Nächste Bestellung",
  closed: "Der Stand ist geschlossen. Öffne ihn, um hier Bestellungen aufzunehmen.",
  paused: "Der Stand macht Pause: niemand Neues wird eingelassen, auch hier nicht.",
  shut: "Übers Handy wird gerade niemand eingelassen. Du entscheidest, wen du noch bedienst.",
  full: "Alle Plätze der Schlange sind belegt. Mach erst eine Bestellung fertig.",
  beyond: "Alle Plätze der Schlange sind belegt. Was du hier aufnimmst, kommt noch dazu.",
  no: {
    "store-closed": "Der Stand ist geschlossen. Öffne ihn, um hier Bestellungen aufzunehmen.",
    "store-paused": "Der Stand macht Pause: niemand Neues wird eingelassen, auch hier nicht.",
    "queue-full": "Alle Plätze der Schlange sind belegt. Mach erst eine Bestellung fertig.",
    "drink-unavailable": "Das ist gerade ausgegangen. Bitte wähle ein anderes Getränk.",
    "choice-unavailable": "Etwas davon ist gerade ausgegangen. Bitte wähle noch einmal.",
    "bad-option": "Die Karte hat sich gerade geändert. Bitte sieh dir die Auswahl noch einmal an.",
  },

  placed: "Theke",
  noPhone: "Kein Handy: ruf die {number} laut aus.",
  noPhoneFor: "Kein Handy: ruf die {number}, {name}, laut aus.",
  cancelText: "Es gibt kein Handy, das Bescheid sagt: sag es selbst.",
  giveUpText: "Die Bestellung ist dann vorbei und lässt sich nicht zurückholen.",
};

export const labels: Translated<typeof englishLabels, "de"> = {
  print: "Drucken",
  printLabel: "Etikett drucken",
  printFor: "Etikett drucken: {number}",
  title: "Etiketten für Becher",
  open: "Etiketten …",
  text: "Für jeden Becher ein Etikett, gedruckt vom Browser. Wähle in seinem Dialog einmal den Drucker, ohne Ränder.",
  onMake: "Bei „Machen“ von selbst drucken",
  onMakeText:
    "Der Browser fragt jedes Mal nach, außer er wurde für einen Kiosk gestartet: Chrome und Edge drucken sofort, wenn sie mit --kiosk-printing gestartet werden.",
  paper: "Papier",
  papers: {
    "62": "Rolle 62 mm",
    "58": "Rolle 58 mm",
    a4: "A4, zum Testen",
  },
  test: "Probeetikett drucken",
  testDrink: "Flat White",
  testOption: "Hafer",
  testName: "Probe",
};
