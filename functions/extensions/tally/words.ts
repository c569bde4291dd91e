import type { Notice } from "../../../contracts/notice.ts";
import type { Today } from "./contract.ts";

/** The notice for the display, on a day with at least one coffee. Pure. */
export function words({ coffees, drinks }: Today): Notice["text"] {
  const loved = drinks[0]?.name;
  const coffee = `${coffees} ${coffees === 1 ? "coffee" : "coffees"} today`;
  const kaffee = `${coffees} ${coffees === 1 ? "Kaffee" : "Kaffees"} heute`;
  if (loved === undefined) return { en: coffee, de: kaffee };
  return { en: `${coffee}, most loved: ${loved}`, de: `${kaffee}, am beliebtesten: ${loved}` };
}
