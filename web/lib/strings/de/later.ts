import type { Translated } from "../../text.ts";
import type { later as english } from "../en/later.ts";

export const later: Translated<typeof english, "de"> = {
  // Before an order
  typeTitle: "Tippe den Code ein",
  typeText: "Er steht auf der großen Anzeige von {store}, unter dem QR-Code.",
  typeLabel: "Code von der Anzeige",
  typeGo: "Weiter",
  typeWrong: "Unsere Codes haben kein {sign}. Sieh bitte noch einmal auf die Anzeige.",
  typeLength: { one: "Der Code hat {n} Zeichen.", other: "Der Code hat {n} Buchstaben und Ziffern." },
  typeAgain: "Noch einmal eintippen",
  codeTypedText: "Bitte vergleiche ihn mit der Anzeige: Alle paar Minuten kommt ein neuer Code.",
  freeTitle: "Ein Platz ist wieder frei",
  freeText: "Bestelle jetzt, bevor es jemand anderes tut.",
  openTitle: "{store} ist wieder offen",
  codeUnknownTitle: "Diesen Code kennen wir nicht",
  codeUnknownText: "Scanne den Code auf der Anzeige noch einmal.",
  codeOverTitle: "Dieser Code ist abgelaufen",
  codeOverText: "Codes wechseln alle {n} Minuten. Scanne den, der jetzt auf der Anzeige steht.",
  codeExhaustedTitle: "Den letzten Platz hat gerade jemand genommen",
  codeExhaustedText: "In {time} kommt ein neuer Code. Scanne ihn dann auf der Anzeige.",
  codeExhaustedNow: "Auf der Anzeige steht jetzt ein neuer Code. Scanne ihn, um zu bestellen.",
  limitTitle: "Du hast schon eine Bestellung",
  limitText: "Bitte eine nach der anderen: Sie ist unterwegs.",
  goToOrder: "Zu meiner Bestellung",
  dayLimitTitle: "Das war dein letzter für heute",
  dayLimitText: {
    one: "Hier bekommt jeder {n} Kaffee am Tag. Bis morgen!",
    other: "Hier bekommt jeder {n} Kaffees am Tag. Bis morgen!",
  },
  limitThis: "Das ist Nummer {n} von {most} für heute.",
  limitToday: "{n} von {most} für heute. Neu gezählt wird ab {when}.",
  limitDone: {
    one: "Deine eine für heute hattest du schon. Die nächste: ab {when}.",
    other: "Du hattest schon alle {n} für heute. Die nächste: ab {when}.",
  },
  limitOpen: {
    one: "Du hast eine Bestellung unterwegs: Die nächste geht, sobald sie fertig ist.",
    other: "Du hast {n} Bestellungen unterwegs: Die nächste geht, sobald eine fertig ist.",
  },
  limitAtOnce: "{n} von {most} Bestellungen unterwegs.",

  // The order
  cancelTitle: "Bestellung stornieren?",
  cancelText: "Dein Platz in der Schlange wird dann frei.",
  cancelYes: "Ja, stornieren",
  cancelling: "Wird storniert …",
  cancelNo: "Behalten",

  // How it ended
  collectedTitle: "{drink}: Lass es dir schmecken!",
  collectedText: "Das war Bestellung {number}. Komm bald wieder!",
  uncollectedTitle: "Niemand hat ihn abgeholt",
  uncollectedText: "Bitte bestelle noch einmal, oder sag an der Theke Bescheid.",
  cancelledTitle: "Bestellung storniert",
  cancelledText: "Es wird nichts gemacht, und dein Platz ist frei für jemand anderes.",
  barCancelledTitle: "Die Bar musste deine Bestellung stornieren",
  barCancelledText: "Das tut uns leid. Du kannst etwas anderes bestellen.",
  barSays: "Die Bar sagt:",
  expiredYouTitle: "Deine Zeit ist abgelaufen",
  expiredYouText: {
    one: "Zum Auswählen ist {n} Minute Zeit, dann geht der Platz an den Nächsten. Du kannst neu beginnen.",
    other: "Zum Auswählen sind {n} Minuten Zeit, dann geht der Platz an den Nächsten. Du kannst neu beginnen.",
  },
  expiredBarTitle: "Wir sind leider nicht dazu gekommen",
  expiredBarText:
    "Deine Bestellung hat zu lange gewartet und wurde von der Liste genommen. Bitte bestelle noch einmal, oder sag an der Theke Bescheid.",
  seeStory: "Sieh, wie dein Kaffee zu dir kam",
  seeHappened: "Sieh, was geschah",
  orderAgain: "Noch einmal bestellen",
  done: "Alles klar",

  // My orders
  account: "Geräte und Daten",
  noOrders: "Noch keine Bestellungen",
  noOrdersText: "Was du bestellst, erscheint hier.",
  noDrink: "Kein Getränk gewählt",
  seeTravel: "Sieh, wie er zu dir kam",
};
