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
};
