import type { Translated } from "../../text.ts";
import type { signIn as english } from "../en/sign-in.ts";

export const signIn: Translated<typeof english, "es"> = {
  country: "País",
  phone: "Número de teléfono",
  send: "Enviarme el código",
  sending: "Enviando…",
  codeTitle: "Introduce el código",
  codeIntro: "Seis cifras, enviadas a {phone}.",
  code: "Código",
  check: "Entrar",
  checking: "Comprobando…",
  resend: "Enviar otro código",
  resendIn: "Otro código en {time}",
  resent: "Va de camino otro código.",
  otherNumber: "Usar otro número",
  expired: "Se ha cerrado tu sesión. Vuelve a entrar, por favor.",
  phoneEmpty: "Introduce tu número de teléfono.",
  phoneNoDigits: "Un número de teléfono se escribe con cifras. Revísalo, por favor.",
  phoneNotIn:
    "No es un número de este país: {country}. Elige el país al que pertenece, o empieza con + y el prefijo del país.",
  phoneNotWorldwide: "Ese número no existe. Tras el + va el prefijo del país, y luego el número sin su primer 0.",
  triesUsed: "Ese código ya no vale tras tantos intentos. Pide otro.",
  codeShort: "El código tiene seis cifras.",
  tryTitle: "¿Solo estás probando?",
  tryMessages: "Ningún mensaje sale de este puesto: los códigos llegan a su propia bandeja de SMS.",
  tryMessagesThere:
    "Ningún mensaje sale de este puesto: los códigos llegan a la bandeja de SMS del ordenador en el que funciona.",
  tryAs: "Entrar como {name}",
  tryGuest: "alguien nuevo",
  tryInbox: "Abrir la bandeja de SMS",
};
