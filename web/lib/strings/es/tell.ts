import type { Translated } from "../../text.ts";
import type { tell as english } from "../en/tell.ts";

/** Texts about the notification for a ready order. */
export const tell: Translated<typeof english, "es"> = {
  title: "Avísame cuando esté listo",
  text: "Luego guarda el móvil: él te avisa.",
  no: "No, gracias",
  asking: "Un momento…",
  on: "Te avisamos cuando esté listo",
  onText: "Puedes guardar el móvil.",
  switch: "Avísame cuando un pedido esté listo",
  denied:
    "Las notificaciones de esta página están bloqueadas. Puedes permitirlas en los ajustes de tu navegador; esta página te lo dice en cualquier caso.",
  install:
    "Para que este dispositivo te avise, añade Crema a la pantalla de inicio: toca Compartir, luego «Añadir a pantalla de inicio», y ábrela desde ahí.",
  failed: "Tu navegador no ha podido configurarlo ahora mismo. Esta página te lo dice en cualquier caso.",
  textMe: "Mándame un SMS cuando esté listo",
  textOn: "Te mandamos un SMS cuando esté listo",
  textTo: "Al número con el que has iniciado sesión.",
};
