import type { Translated } from "../../text.ts";
import type { reasons as english } from "../en/reasons.ts";

export const reasons: Translated<typeof english, "de"> = {
  cancel: {
    "out-of-stock": "Uns ist etwas dafür ausgegangen",
    "machine-down": "Die Maschine ist ausgefallen",
    closing: "Wir schließen",
    mistake: "Aus Versehen bestellt",
    "made-twice": "Es wurde zweimal gemacht",
  },
  pause: {
    busy: "Wir kommen gerade nicht nach",
    machine: "Wir reinigen die Maschine",
    supplies: "Wir holen Nachschub",
    break: "Kurze Pause",
  },
};
