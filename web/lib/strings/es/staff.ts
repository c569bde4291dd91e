import type { Translated } from "../../text.ts";
import type { staff as english } from "../en/staff.ts";

export const staff: Translated<typeof english, "es"> = {
  pause: "Pausa…",
  paused: "En pausa {time}",
  endPause: "Terminar la pausa",
  pauseTitle: "¿No dejar entrar a nadie un rato?",
  pauseText: "Los pedidos que ya están siguen. Teléfonos y pantallas muestran la cuenta atrás, y termina sola.",
  pauseReason: "Motivo, que ven los clientes",
  pauseReasonHint: "Puede quedar vacío.",
  pauseFor: { one: "{n} minuto", other: "{n} minutos" },
  keepOpen: "Dejarlo abierto",
  closesAt: "cierra {when}",
  opensAt: "abre {when}",
  onTheMenu: "en la carta",
  isSoldOut: "agotado",
  notAllowed: "Esta pantalla es para el equipo",
  notAllowedHint:
    "Has entrado como {phone}, y ese número no está en la lista. Usa otro, o pide a quien lleva el puesto que te añada.",
  noLonger: "Ya no trabajas aquí",
  noLongerHint:
    "{phone} ya no está en la lista del equipo. Puedes seguir pidiendo como cliente. Si es un error, pregunta a quien lleva el puesto.",
  roleChanged: "Esta pantalla ya no es tuya",
  roleChangedHint: "Ha cambiado el rol de {phone} en este puesto. Si es un error, pregunta a quien lleva el puesto.",
};
