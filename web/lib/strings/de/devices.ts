import type { Translated } from "../../text.ts";
import type { devices as english } from "../en/devices.ts";

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
  unknown: "Ein Gerät, das nicht sagt, was es ist",
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
