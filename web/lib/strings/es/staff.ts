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
};
