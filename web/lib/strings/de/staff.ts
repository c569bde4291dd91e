import type { Translated } from "../../text.ts";
import type { staff as english } from "../en/staff.ts";

export const staff: Translated<typeof english, "de"> = {
  pause: "Pause …",
  paused: "Pause {time}",
  endPause: "Pause beenden",
  pauseTitle: "Eine Weile niemanden einlassen?",
  pauseText:
    "Bestellungen, die da sind, gehen weiter. Handys und Anzeigen zählen herunter, und die Pause endet von selbst.",
  pauseReason: "Grund, den Gäste sehen",
  pauseReasonHint: "Darf leer bleiben.",
  pauseFor: { one: "{n} Minute", other: "{n} Minuten" },
  keepOpen: "Offen lassen",
  onTheMenu: "auf der Karte",
  isSoldOut: "ausverkauft",
  closesAt: "schließt {when}",
  opensAt: "öffnet {when}",
  notAllowed: "Diese Seite ist für das Team",
  notAllowedHint:
    "Du bist als {phone} angemeldet, und diese Nummer ist hier nicht eingetragen. Nimm eine andere, oder bitte die Leitung des Stands, dich einzutragen.",
  noLonger: "Du arbeitest hier nicht mehr",
  noLongerHint:
    "{phone} steht nicht mehr auf der Liste des Teams. Als Gast kannst du weiter bestellen. Ist das ein Irrtum, frag die Leitung des Stands.",
  roleChanged: "Diese Seite ist nicht mehr für dich",
  roleChangedHint:
    "Die Rolle von {phone} an diesem Stand wurde geändert. Ist das ein Irrtum, frag die Leitung des Stands.",
};
