import type { Translated } from "../../text.ts";
import type { customer as english } from "../en/customer.ts";

export const customer: Translated<typeof english, "de"> = {
  // Above the menu
  openAhead: { one: "Offen · {n} vor dir", other: "Offen · {n} vor dir" },
  openFree: "Offen · keine Schlange",
  closedPill: "Gerade keine Bestellungen",
  fullPill: "Schlange ist voll",
  waitNow: "Fertig {wait} nach der Bestellung",
  queueNow: { one: "{n} Bestellung in der Schlange", other: "{n} Bestellungen in der Schlange" },

  // Before an order
  signInTitle: "Wie ist deine Telefonnummer?",
  signInIntro: "Wir schicken dir einen Code per SMS, damit nur du deine Bestellung verfolgen kannst.",
  signInHeld: {
    one: "Dein Scan gilt noch {n} Minute, während du dich anmeldest. Wir schicken dir einen Code aufs Handy, damit nur du deine Bestellung verfolgen kannst.",
    other:
      "Dein Scan gilt noch {n} Minuten, während du dich anmeldest. Wir schicken dir einen Code aufs Handy, damit nur du deine Bestellung verfolgen kannst.",
  },
  signInMeanwhile: "Schon einmal anmelden",
  scanTitle: "Scanne den Code auf der Anzeige",
  scanText:
    "Richte die Kamera deines Handys auf den Code auf der großen Anzeige von {store}. Er bringt dich hierher zurück, bereit zum Bestellen.",
  typeCode: "Code lieber eintippen",
  closedTitle: "{store} ist geschlossen",
  closedText: "Komm später wieder: Diese Seite ändert sich von selbst.",
  pausedTitle: "Kurze Pause",
  pausedText: "Weiter um {when}: Diese Seite ändert sich von selbst.",
  lastOrders: "Letzte Bestellungen {when}",
  retiredTitle: "{store} hat für immer geschlossen",
  retiredText: "Danke für jede Tasse.",
  opensText: "Wieder offen {when}: Diese Seite ändert sich von selbst.",
  fullTitle: "Die Schlange ist voll",
  fullText: "Gerade ist jeder Platz vergeben. Diese Seite sagt dir, sobald einer frei ist.",
  checking: "Dein Code wird geprüft …",
  admitting: "Du bekommst einen Platz in der Schlange …",
  slowTitle: "Das dauert länger, als es sollte",
  slowText:
    "Dein Scan ist angekommen, aber deine Bestellung ist noch nicht da. Nichts ist verloren: Wir können noch einmal nachsehen.",
  lookAgain: "Noch einmal nachsehen",
  problemTitle: "Das hat nicht geklappt",
  offlineTitle: "Du bist offline",
  offlineText: "Wir versuchen es von selbst wieder, sobald es eine Verbindung gibt.",

  // My orders
  myOrders: "Meine Bestellungen",
};
