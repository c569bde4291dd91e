import type { Translated } from "../../text.ts";
import type { reasons as english } from "../en/reasons.ts";

export const reasons: Translated<typeof english, "es"> = {
  cancel: {
    "out-of-stock": "Se nos ha acabado algo que lleva",
    "machine-down": "La máquina no funciona",
    closing: "Estamos cerrando",
    mistake: "Pedido por error",
    "made-twice": "Se preparó dos veces",
  },
  pause: {
    busy: "Nos estamos poniendo al día",
    machine: "Estamos limpiando la máquina",
    supplies: "Estamos reponiendo",
    break: "Pausa corta",
  },
};
