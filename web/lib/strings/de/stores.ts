import type { Translated } from "../../text.ts";
import type { stores as english } from "../en/stores.ts";

export const stores: Translated<typeof english, "de"> = {
  title: "Stände",
  choose: "Stand",
  others: "Andere Stände",
  go: "Dorthin",
  here: "Du bist hier",
  works: "Du arbeitest bei",
  add: "Stand hinzufügen",
  newTitle: "Neuer Stand",
  newText:
    "Er beginnt geschlossen und ohne Öffnungszeiten, sonst mit den Einstellungen von {name}. Du bist sein erster Admin.",
  nameHint: "Wie ihn Bildschirme zeigen. Er lässt sich später ändern.",
  zoneHint: "Tage, Zeiten und Bestellnummern des Stands folgen seinen Uhren.",
  menu: "Karte",
  menuEmpty: "Mit leerer Karte beginnen",
  menuOf: "Karte von {name} kopieren",
  menuHint: "Getränke, ihre Auswahl und was ausverkauft ist, so wie es jetzt ist. Spätere Änderungen bleiben getrennt.",
  make: "Stand anlegen",
  making: "Wird angelegt …",
  refused: { "too-many-stores": "Es gibt so viele Stände, wie es geben darf. Frag, wer Crema eingerichtet hat." },

  copyMenu: "Karte kopieren …",
  copyTitle: "Karte eines anderen Stands kopieren",
  copyText:
    "Was hier fehlt, kommt dazu, und was dort ausverkauft ist, ist es auch hier. Getränke, die schon hier sind, bleiben, wie sie sind.",
  copyFrom: "Von",
  copyYes: "Kopieren",
  copied: { one: "{n} Getränk wurde kopiert.", other: "{n} Getränke wurden kopiert." },
  kept: { one: "{n} war schon hier und bleibt.", other: "{n} waren schon hier und bleiben." },
  leftOut: { one: "{n} hat einen Fehler und fehlt deshalb.", other: "{n} haben Fehler und fehlen deshalb." },

  retired: "Für immer geschlossen",
  retire: "Für immer schließen …",
  retireTitle: "{name} für immer schließen?",
  retireText:
    "Niemand wird mehr eingelassen, was auch die Öffnungszeiten sagen; Bestellungen, die da sind, werden noch bedient. Der Stand verschwindet aus allen Listen. Seine Bestellungen und Zahlen bleiben, und du kannst ihn zurückholen.",
  retireYes: "Für immer schließen",
  keep: "Behalten",
  bringBack: "Zurückholen",
  broughtBack: "Er ist wieder da, wie er war.",
};
