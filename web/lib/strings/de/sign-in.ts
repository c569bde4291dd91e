import type { Translated } from "../../text.ts";
import type { signIn as english } from "../en/sign-in.ts";

export const signIn: Translated<typeof english, "de"> = {
  country: "Land",
  phone: "Telefonnummer",
  send: "Code schicken",
  sending: "Wird geschickt …",
  codeTitle: "Gib den Code ein",
  codeIntro: "Sechs Ziffern, geschickt an {phone}.",
  code: "Code",
  check: "Anmelden",
  checking: "Wird geprüft …",
  resend: "Neuen Code schicken",
  resendIn: "Neuer Code in {time}",
  resent: "Ein neuer Code ist unterwegs.",
  otherNumber: "Andere Nummer",
  expired: "Du wurdest abgemeldet. Melde dich bitte wieder an.",
  phoneEmpty: "Gib deine Telefonnummer ein.",
  phoneNoDigits: "Eine Telefonnummer besteht aus Ziffern. Bitte prüfe sie.",
  phoneNotIn:
    "Das ist keine Telefonnummer von hier: {country}. Wähle das Land, zu dem sie gehört, oder beginne mit + und der Landesvorwahl.",
  phoneNotWorldwide:
    "Diese Nummer gibt es nicht. Auf das + folgt die Landesvorwahl, dann die Nummer ohne ihre erste 0.",
  triesUsed: "Dieser Code ist nach so vielen Versuchen verbraucht. Lass dir einen neuen schicken.",
  codeShort: "Der Code hat sechs Ziffern.",
  tryTitle: "Nur zum Ausprobieren?",
  tryMessages: "Keine Nachricht verlässt diesen Stand: Codes kommen in seinem eigenen SMS-Eingang an.",
  tryMessagesThere:
    "Keine Nachricht verlässt diesen Stand: Codes kommen im SMS-Eingang auf dem Rechner an, auf dem er läuft.",
  tryAs: "Anmelden als {name}",
  tryGuest: "jemand Neues",
  tryInbox: "SMS-Eingang öffnen",
};
