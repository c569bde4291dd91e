import type { Translated } from "../../text.ts";
import type { account as english } from "../en/account.ts";

export const account: Translated<typeof english, "de"> = {
  title: "Geräte und Daten",
  devices: "Wo du angemeldet bist",
  data: "Deine Daten",
  dataText:
    "Deine Nummer, wo du angemeldet bist, und deine Bestellungen. Lade sie als Datei herunter, oder lass sie löschen.",
  download: "Meine Daten herunterladen",
  fetching: "Einen Moment…",
  file: "meine-kaffee-daten.json",
  fileFailed: "Die Datei konnte nicht erstellt werden. Bitte versuche es noch einmal.",
  delete: "Meine Daten löschen",
  deleteTitle: "Deine Daten löschen?",
  deleteText:
    "Du wirst überall abgemeldet, und deine Nummer, deine Bestellungen und deine Kaffees sind innerhalb von Minuten vergessen. Was bestellt wurde, bleibt als Zahl in der Statistik des Standes, ohne dich. Mit derselben Nummer kannst du jederzeit neu anfangen.",
  deleteYes: "Alles löschen",
  deleteNo: "Behalten",
  refused: {
    "orders-open": "Eine Bestellung ist noch unterwegs. Storniere sie zuerst, oder warte, bis sie fertig ist.",
    "works-here":
      "Diese Nummer steht auf der Liste des Teams eines Stands. Sie muss zuerst von der Liste genommen werden.",
  },
  again: "Das wurde am letzten Tag schon gemacht. Bitte versuche es in {time} noch einmal.",

  worksElsewhere:
    "Diese Nummer steht auf der Liste des Teams eines anderen Stands. Wer sie hat, kann die eigenen Daten selbst herunterladen, in der App für Gäste.",
  customerTitle: "Daten eines Gastes",
  customerText: "Nur, wenn ein Gast darum bittet und du sicher bist, dass es seine Nummer ist.",
  phone: "Telefonnummer des Gastes",
  phoneHint: "Mit der Vorwahl des Landes, zum Beispiel +49 1512 3456789, oder so, wie man sie in deinem Land schreibt.",
  phoneMissing: "Gib die Nummer des Gastes ein.",
  phoneWrong: "Das ist keine Telefonnummer. Prüfe sie, und beginne mit + und der Vorwahl des Landes.",
  none: "Mit dieser Nummer hat sich niemand angemeldet, oder sie wurde schon vergessen.",
  customerDownload: "Herunterladen",
  customerDelete: "Löschen",
  customerFile: "daten-eines-gastes.json",
  customerDeleteTitle: "Die Daten von {phone} löschen?",
  customerDeleteText:
    "Der Gast wird überall abgemeldet, und Nummer und Bestellungen sind innerhalb von Minuten vergessen. Was bestellt wurde, bleibt als Zahl in der Statistik. Das kann nicht zurückgenommen werden.",
  customerDeleted: "Gelöscht. In einigen Minuten ist es überall weg.",
};
