import type { Translated } from "../../text.ts";
import type * as english from "../en/common.ts";

type Of<T> = Translated<T, "es">;

export const common: Of<typeof english.common> = {
  brand: "Crema",
  loading: "Un momento…",
  language: "Idioma",
  tryAgain: "Intentarlo de nuevo",
  back: "Atrás",
  close: "Cerrar",
  broken: "Algo ha fallado en esta página",
  brokenHint: "No se ha perdido nada: lo que pediste sigue pedido. Vuelve a cargar la página.",
  loadAgain: "Volver a cargar",
  notConfigured: "Esta página aún no está configurada",
  notConfiguredHint: "No se han podido leer sus ajustes. Comprueba la conexión e inténtalo de nuevo.",
  states: {
    refused: "no aceptado",
    choosing: "eligiendo",
    submitted: "pedido",
    queued: "en la cola",
    making: "en preparación",
    ready: "listo",
    collected: "recogido",
    uncollected: "no recogido",
    cancelled: "cancelado",
    expired: "tiempo agotado",
  },
  minutes: { one: "{n} min", other: "{n} min" },
  wait: "unos {from} a {to} min",
  waitUpTo: "hasta {to} min",
  signOut: "Cerrar sesión",
  signOutEverywhere: "Cerrar sesión en todas partes",
  notAllowed: "Esta pantalla es para el equipo",
  notAllowedHint:
    "Has entrado como {phone}, y ese número no está en la lista. Usa otro, o pide a quien lleva el puesto que te añada.",
  noLonger: "Ya no trabajas aquí",
  noLongerHint:
    "{phone} ya no está en la lista del equipo. Puedes seguir pidiendo como cliente. Si es un error, pregunta a quien lleva el puesto.",
  roleChanged: "Esta pantalla ya no es tuya",
  roleChangedHint: "Ha cambiado el rol de {phone} en este puesto. Si es un error, pregunta a quien lleva el puesto.",
  storeUnknown: "Ese puesto no existe",
  storeUnknownHint: "Comprueba la dirección o escanea el código de la pantalla.",
};

export const live: Of<typeof english.live> = {
  connecting: "Conectando…",
  live: "En directo",
  reconnecting: "Reconectando…",
  polling: "Con retraso",
  offline: "Sin conexión",
  offlineSince: "Sin conexión: visto a las {time}",
};

export const errors: Of<typeof english.errors> = {
  network: "Sin conexión. Comprueba tu red e inténtalo de nuevo.",
  unexpected: "Algo ha fallado por nuestra parte. Inténtalo de nuevo, por favor.",
  switchedOff: "Eso está desactivado aquí.",
  wrongCode: {
    one: "Ese código no es correcto. Queda {n} intento.",
    other: "Ese código no es correcto. Quedan {n} intentos.",
  },
  waitFor: "Espera {time} e inténtalo de nuevo, por favor.",
  byCode: {
    "bad-request": "Algo no era correcto. Revísalo e inténtalo de nuevo.",
    "too-large": "Es demasiado largo. Acórtalo e inténtalo de nuevo.",
    "not-json": "Algo ha fallado por nuestra parte. Inténtalo de nuevo, por favor.",
    "not-signed-in": "Se ha cerrado tu sesión. Vuelve a entrar, por favor.",
    forbidden: "No tienes permiso para hacer eso.",
    "not-found": "Eso ya no está aquí.",
    "unknown-store": "Ese puesto no existe.",
    "store-closed": "El puesto está cerrado ahora mismo.",
    "store-paused": "El puesto está en una pausa corta. Vuelve a intentarlo en un momento.",
    "code-unknown": "No conocemos este código. Escanea el de la pantalla.",
    "code-over": "Este código ha caducado. Escanea el que hay ahora en la pantalla.",
    "code-exhausted": "Alguien se ha llevado el último.",
    "order-state": "El pedido ha avanzado mientras tanto. Mira dónde está ahora.",
    "order-version": "Ha cambiado hace un momento. Míralo de nuevo.",
    "order-held": "Lo está preparando otra persona.",
    "drink-unavailable": "Esa bebida se acaba de agotar. Elige otra, por favor.",
    "choice-unavailable": "Algo de lo que elegiste se acaba de agotar. Elige de nuevo, por favor.",
    "bad-option": "Algo de lo que elegiste ya no se ofrece. Elige de nuevo, por favor.",
    "challenge-over": "Ese código ha caducado. Pide otro.",
    "wrong-code": "Ese código no es correcto.",
    "resend-too-soon": "Acabamos de enviar un código. Espera un poco, por favor.",
    "too-many-requests": "Han sido muchos intentos. Espera un poco, por favor.",
    "sms-refused": "No se puede enviar ningún mensaje a este número. Revísalo o usa otro.",
    "number-not-served": "No podemos enviar códigos a este tipo de número. Usa un móvil, por favor.",
    "country-not-served": "No podemos enviar códigos a números de este país. Usa otro, o pregunta en la barra.",
    "texts-off": "Aquí ya no se envían SMS. Esta página te dice cuándo está listo.",
    "codes-used-up":
      "Por ahora hemos enviado todos los códigos que podemos. Inténtalo un poco más tarde, o pregunta en la barra.",
    "document-changed": "Otra persona lo ha cambiado mientras tanto. Míralo de nuevo.",
    "document-invalid": "Algo no es correcto. No se ha guardado nada.",
    "try-again": "No ha funcionado esta vez. Inténtalo de nuevo, por favor.",
    internal: "Algo ha fallado por nuestra parte. Inténtalo de nuevo, por favor.",
  },
};
