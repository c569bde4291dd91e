import type { Translated } from "../../text.ts";
import type { customer as english } from "../en/customer.ts";

export const customer: Translated<typeof english, "es"> = {
  // Above the menu
  openAhead: { one: "Abierto · {n} delante de ti", other: "Abierto · {n} delante de ti" },
  openFree: "Abierto · sin cola",
  closedPill: "Ahora sin pedidos",
  fullPill: "La cola está llena",
  waitNow: "Listo {wait} después de pedir",
  queueNow: { one: "{n} pedido en la cola", other: "{n} pedidos en la cola" },

  // Before an order
  signInTitle: "¿Cuál es tu número de teléfono?",
  signInIntro: "Te enviamos un código por SMS, para que solo tú puedas seguir tu pedido.",
  signInHeld: {
    one: "Guardamos tu escaneo {n} minuto mientras entras. Enviamos un código a tu teléfono, para que solo tú puedas seguir tu pedido.",
    other:
      "Guardamos tu escaneo {n} minutos mientras entras. Enviamos un código a tu teléfono, para que solo tú puedas seguir tu pedido.",
  },
  signInMeanwhile: "Entrar mientras tanto",
  scanTitle: "Escanea el código de la pantalla",
  scanText:
    "Apunta con la cámara del teléfono al código de la pantalla grande de {store}. Te trae de vuelta aquí, para pedir.",
  typeCode: "Escribir el código",
  closedTitle: "{store} está cerrado",
  closedText: "Vuelve más tarde: esta página cambia sola.",
  pausedTitle: "Pausa corta",
  pausedText: "Volvemos a las {when}: esta página cambia sola.",
  lastOrders: "Últimos pedidos {when}",
  retiredTitle: "{store} ha cerrado para siempre",
  retiredText: "Gracias por cada taza.",
  opensText: "Abre de nuevo {when}: esta página cambia sola.",
  fullTitle: "La cola está llena",
  fullText: "Ahora mismo no queda sitio. Esta página te avisa en cuanto haya uno.",
  checking: "Comprobando tu código…",
  admitting: "Buscándote un sitio en la cola…",
  slowTitle: "Está tardando más de lo debido",
  slowText: "Tu escaneo ha llegado, pero tu pedido aún no está. No se ha perdido nada: podemos mirar otra vez.",
  lookAgain: "Mirar otra vez",
  problemTitle: "No ha funcionado",
  offlineTitle: "No tienes conexión",
  offlineText: "Lo intentaremos otra vez en cuanto haya conexión.",

  // My orders
  myOrders: "Mis pedidos",
};
