import type { Translated } from "../../text.ts";
import type { later as english } from "../en/later.ts";

export const later: Translated<typeof english, "es"> = {
  // Before an order
  typeTitle: "Escribe el código",
  typeText: "Está en la pantalla grande de {store}, debajo del código QR.",
  typeLabel: "Código de la pantalla",
  typeGo: "Seguir",
  typeWrong: "Nuestros códigos no tienen {sign}. Mira otra vez la pantalla, por favor.",
  typeLength: { one: "El código tiene {n} signo.", other: "El código tiene {n} letras y cifras." },
  typeAgain: "Escribirlo otra vez",
  codeTypedText: "Compáralo con la pantalla, por favor: cada pocos minutos llega un código nuevo.",
  freeTitle: "Vuelve a haber sitio",
  freeText: "Pide ahora, antes de que se adelante alguien.",
  openTitle: "{store} vuelve a estar abierto",
  codeUnknownTitle: "No conocemos este código",
  codeUnknownText: "Escanea otra vez el código de la pantalla.",
  codeOverTitle: "Este código ha caducado",
  codeOverText: "Los códigos cambian cada {n} minutos. Escanea el que hay ahora en la pantalla.",
  codeExhaustedTitle: "Alguien se ha llevado el último",
  codeExhaustedText: "En {time} llega un código nuevo. Escanéalo entonces en la pantalla.",
  codeExhaustedNow: "Ya hay un código nuevo en la pantalla. Escanéalo para pedir.",
  limitTitle: "Ya tienes un pedido",
  limitText: "De uno en uno, por favor: está en camino.",
  goToOrder: "Ir a mi pedido",
  dayLimitTitle: "Era el último por hoy",
  dayLimitText: {
    one: "Aquí a cada persona le toca {n} café al día. ¡Hasta mañana!",
    other: "Aquí a cada persona le tocan {n} cafés al día. ¡Hasta mañana!",
  },
  limitThis: "Es el número {n} de {most} por hoy.",
  limitToday: "{n} de {most} por hoy. Se cuenta de nuevo: {when}.",
  limitDone: {
    one: "Ya has tenido el tuyo por hoy. El siguiente: desde {when}.",
    other: "Ya has tenido los {n} de hoy. El siguiente: desde {when}.",
  },
  limitOpen: {
    one: "Tienes un pedido en camino: el siguiente puede venir cuando esté listo.",
    other: "Tienes {n} pedidos en camino: el siguiente puede venir cuando uno esté listo.",
  },
  limitAtOnce: "{n} de {most} pedidos en camino.",

  // The order
  cancelTitle: "¿Cancelar tu pedido?",
  cancelText: "Tu sitio en la cola pasa a quien viene detrás.",
  cancelYes: "Sí, cancelarlo",
  cancelling: "Cancelando…",
  cancelNo: "Conservarlo",

  // How it ended
  collectedTitle: "{drink}: ¡que aproveche!",
  collectedText: "El pedido {number} es tuyo. Vuelve pronto.",
  uncollectedTitle: "Nadie lo ha recogido",
  uncollectedText: "Pide de nuevo, por favor, o pásate por la barra.",
  cancelledTitle: "Pedido cancelado",
  cancelledText: "No se prepara nada, y tu sitio queda libre para otra persona.",
  barCancelledTitle: "La barra ha tenido que cancelar tu pedido",
  barCancelledText: "Lo sentimos. Puedes pedir otra cosa.",
  barSays: "La barra dice:",
  expiredYouTitle: "Se te ha acabado el tiempo",
  expiredYouText: {
    one: "Hay {n} minuto para elegir; luego el sitio pasa a quien viene detrás. Puedes empezar otra vez.",
    other: "Hay {n} minutos para elegir; luego el sitio pasa a quien viene detrás. Puedes empezar otra vez.",
  },
  expiredBarTitle: "Lo sentimos, no nos ha dado tiempo",
  expiredBarText:
    "Tu pedido ha esperado demasiado y se ha retirado de la lista. Pide de nuevo, por favor, o pásate por la barra.",
  seeStory: "Mira el viaje de tu café",
  seeHappened: "Mira qué ha pasado",
  orderAgain: "Pedir otra vez",
  done: "Entendido",

  // My orders
  account: "Dispositivos y datos",
  noOrders: "Aún no hay pedidos",
  noOrdersText: "Lo que pidas aparecerá aquí.",
  noDrink: "Sin bebida elegida",
  seeTravel: "Mira su viaje",
};
