import type { Translated } from "../../text.ts";
import type { account as english } from "../en/account.ts";

export const account: Translated<typeof english, "es"> = {
  title: "Dispositivos y datos",
  devices: "Dónde tienes la sesión abierta",
  data: "Tus datos",
  dataText: "Tu número, dónde tienes la sesión abierta y tus pedidos. Descárgalos en un archivo o haz que se borren.",
  download: "Descargar mis datos",
  fetching: "Un momento…",
  file: "mis-datos-del-cafe.json",
  fileFailed: "No se ha podido crear el archivo. Inténtalo de nuevo.",
  delete: "Borrar mis datos",
  deleteTitle: "¿Borrar tus datos?",
  deleteText:
    "Se cierra tu sesión en todas partes, y tu número, tus pedidos y tus cafés se olvidan en unos minutos. Lo que se pidió queda como un número en las cifras del puesto, sin ti. Con el mismo número puedes empezar de nuevo cuando quieras.",
  deleteYes: "Borrarlo todo",
  deleteNo: "Conservarlo",
  refused: {
    "orders-open": "Hay un pedido en camino. Cancélalo primero o espera a que esté hecho.",
    "works-here": "Este número está en la lista del equipo de un puesto. Primero hay que quitarlo de ella.",
  },
  again: "Ya se hizo en el último día. Inténtalo de nuevo en {time}.",

  worksElsewhere:
    "Este número está en la lista del equipo de otro puesto. Esa persona puede descargar sus datos en la aplicación para clientes.",
  customerTitle: "Los datos de un cliente",
  customerText: "Solo si un cliente lo pide y tienes la certeza de que el número es suyo.",
  phone: "Su número de teléfono",
  phoneHint: "Con el prefijo del país, como +34 612 34 56 78, o como se escribe en tu país.",
  phoneMissing: "Escribe el número del cliente.",
  phoneWrong: "No es un número de teléfono. Revísalo y empiézalo con + y el prefijo del país.",
  none: "Nadie ha entrado con este número, o ya se ha olvidado.",
  customerDownload: "Descargar",
  customerDelete: "Borrar",
  customerFile: "datos-de-un-cliente.json",
  customerDeleteTitle: "¿Borrar los datos de {phone}?",
  customerDeleteText:
    "Se cierra su sesión en todas partes, y su número y sus pedidos se olvidan en unos minutos. Lo que pidió queda como un número en las cifras. No se puede deshacer.",
  customerDeleted: "Borrado. En unos minutos ya no está en ninguna parte.",
};
