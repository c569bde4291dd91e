import type { Translated } from "../../text.ts";
import type { tell as english } from "../en/tell.ts";

/** Texts about the notification for a ready order. */
export const tell: Translated<typeof english, "de"> = {
  title: "Sag mir, wenn er fertig ist",
  text: "Dann steck das Handy ein: Es meldet sich.",
  no: "Nein, danke",
  asking: "Einen Moment…",
  on: "Wir sagen dir, wenn er fertig ist",
  onText: "Du kannst das Handy einstecken.",
  switch: "Sag mir, wenn eine Bestellung fertig ist",
  denied:
    "Mitteilungen dieser Seite sind blockiert. In den Einstellungen deines Browsers kannst du sie erlauben; diese Seite sagt es dir auf jeden Fall.",
  install:
    "Damit sich dieses Gerät melden kann, leg Crema auf den Home-Bildschirm: Tippe auf Teilen, dann auf „Zum Home-Bildschirm“, und öffne es von dort.",
  failed: "Dein Browser konnte das gerade nicht einrichten. Diese Seite sagt es dir auf jeden Fall.",
  textMe: "Schick mir eine SMS, wenn er fertig ist",
  textOn: "Wir schicken dir eine SMS, wenn er fertig ist",
  textTo: "An die Nummer, mit der du dich angemeldet hast.",
};
