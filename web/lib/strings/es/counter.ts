import type { Translated } from "../../text.ts";
import type { counter as english, labels as englishLabels } from "../en/counter.ts";

export const counter: Translated<typeof english, "es"> = {
  take: "En la barra…",
  title: "En la barra",
  text: "Para alguien sin teléfono.",
  chooseDrink: "Elige una bebida.",
  chooseFirst: "Elige antes: {groups}",
  changeDrink: "Otra bebida",
  name: "Nombre para el vaso",
  nameHint: "Puede quedar vacío. El equipo lo ve hasta que acaba el día.",
  order: "Tomar el pedido",
  taking: "Anotándolo…",
  taken: "Di este número",
  takenNamed: "Para {name}",
  earlier: "Un intento anterior sí había llegado: esto es lo que se pidió entonces. Cancélalo si no es correcto.",
  arriving: "Su número llega en un momento.",
  spoken: "Número {number}: {drink}",
  next: "Siguiente pedido",
  closed: "El puesto está cerrado. Ábrelo para tomar pedidos aquí.",
  paused: "El puesto está en pausa: no entra nadie nuevo, aquí tampoco.",
  shut: "Ahora no entra nadie por el móvil. Tú decides a quién atiendes aún.",
  full: "No queda sitio en la cola. Termina antes un pedido.",
  beyond: "No queda sitio en la cola. Los pedidos de aquí se suman.",
  no: {
    "store-closed": "El puesto está cerrado. Ábrelo para tomar pedidos aquí.",
    "store-paused": "El puesto está en pausa: no entra nadie nuevo, aquí tampoco.",
    "queue-full": "No queda sitio en la cola. Termina antes un pedido.",
    "drink-unavailable": "Se acaba de agotar. Elige otra bebida, por favor.",
    "choice-unavailable": "Algo se acaba de agotar. Elige de nuevo, por favor.",
    "bad-option": "La carta acaba de cambiar. Mira otra vez las opciones, por favor.",
  },

  placed: "Barra",
  noPhone: "Sin teléfono: llama al {number} en voz alta.",
  noPhoneFor: "Sin teléfono: llama al {number}, {name}, en voz alta.",
  cancelText: "No hay teléfono que avise: díselo tú.",
  giveUpText: "El pedido termina entonces y no se puede recuperar.",
};

export const labels: Translated<typeof englishLabels, "es"> = {
  print: "Imprimir",
  printLabel: "Imprimir etiqueta",
  printFor: "Imprimir etiqueta: {number}",
  title: "Etiquetas para vasos",
  open: "Etiquetas…",
  text: "Una etiqueta por vaso, con la impresión del propio navegador. Elige la impresora una vez en su diálogo, sin márgenes.",
  onMake: "Imprimir sola al tocar Preparar",
  onMakeText:
    "El navegador pregunta cada vez, salvo que se haya iniciado como quiosco: Chrome y Edge imprimen al momento si se inician con --kiosk-printing.",
  paper: "Papel",
  papers: {
    "62": "Rollo de 62 mm",
    "58": "Rollo de 58 mm",
    a4: "A4, para probar",
  },
  test: "Imprimir una etiqueta de prueba",
  testDrink: "Flat White",
  testOption: "Avena",
  testName: "Prueba",
};
