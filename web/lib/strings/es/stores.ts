import type { Translated } from "../../text.ts";
import type { stores as english } from "../en/stores.ts";

export const stores: Translated<typeof english, "es"> = {
  title: "Puestos",
  choose: "Puesto",
  others: "Otros puestos",
  go: "Ir allí",
  here: "Estás aquí",
  works: "Trabajas en",
  add: "Añadir un puesto",
  newTitle: "Puesto nuevo",
  newText: "Empieza cerrado y sin horario, y con los demás ajustes de {name}. Eres su primer admin.",
  nameHint: "Como lo muestran las pantallas. Se puede cambiar después.",
  zoneHint: "Los días, el horario y los números de pedido del puesto siguen sus relojes.",
  menu: "Carta",
  menuEmpty: "Empezar con la carta vacía",
  menuOf: "Copiar la carta de {name}",
  menuHint:
    "Las bebidas, sus opciones y lo que está agotado, tal como están ahora. Los cambios posteriores van aparte.",
  make: "Crear el puesto",
  making: "Creando…",
  refused: { "too-many-stores": "Ya hay tantos puestos como puede haber. Pregunta a quien configuró Crema." },

  copyMenu: "Copiar una carta…",
  copyTitle: "Copiar la carta de otro puesto",
  copyText:
    "Lo que falta aquí se añade, y lo que está agotado allí se agota aquí. Las bebidas que ya están aquí se quedan como están.",
  copyFrom: "De",
  copyYes: "Copiar",
  copied: { one: "Se ha copiado {n} bebida.", other: "Se han copiado {n} bebidas." },
  kept: { one: "{n} ya estaba aquí y se queda.", other: "{n} ya estaban aquí y se quedan." },
  leftOut: { one: "{n} tiene un error y no se ha copiado.", other: "{n} tienen errores y no se han copiado." },

  retired: "Cerrado para siempre",
  retire: "Cerrar para siempre…",
  retireTitle: "¿Cerrar {name} para siempre?",
  retireText:
    "No entra nadie más, diga lo que diga el horario; los pedidos que hay aún se sirven. El puesto sale de todas las listas. Sus pedidos y cifras se conservan, y puedes recuperarlo.",
  retireYes: "Cerrar para siempre",
  keep: "Conservarlo",
  bringBack: "Recuperarlo",
  broughtBack: "Vuelve a estar como estaba.",
};
