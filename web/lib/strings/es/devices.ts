import type { Translated } from "../../text.ts";
import type { devices as english } from "../en/devices.ts";

export const devices: Translated<typeof english, "es"> = {
  title: "Dispositivos",
  intro: "Dónde tiene la sesión abierta el equipo. A quien pierde un rol se le cierra en menos de dos segundos.",
  none: "Nadie tiene la sesión abierta para trabajar aquí",
  apps: {
    customer: "para pedir",
    barista: "en la barra",
    display: "como pantalla",
    admin: "para llevar el puesto",
  },
  browserOn: "{browser} en {system}",
  unknown: "Un dispositivo que no dice qué es",
  since: "desde {time}",
  seen: "visto por última vez hacia {time}",
  here: "Conectado ahora",
  thisOne: "Este dispositivo",
  end: "Cerrar sesión",
  endOne: "Cerrar sesión: {name}, {device}",
  endAll: "Cerrar la sesión de {name} en todas partes",
  endTitle: "¿Cerrar la sesión de {name}?",
  endText: "La sesión de {device} se cierra al momento, y lo que muestra desaparece en dos segundos.",
  endAllText: "Se cierra al momento todo con lo que {name} trabaja aquí. Puede volver a entrar mientras trabaje aquí.",
  endThisText: "Es este dispositivo: tendrás que volver a entrar.",
  ended: "Sesión cerrada.",
  keep: "Dejarlo así",
  failed: "No se han podido cargar los dispositivos.",
};
