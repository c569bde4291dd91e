import type { Person } from "../../infra/seed.ts";

/** Who works at a stand, by their phones. */
export interface People {
  admin: string;
  display: string;
  /** Who stands at the bar: by trade, the admin, and two that help out. */
  bar: readonly [string, string, string, string];
  staff: Person[];
}

/** Fictional numbers of areas that customers have none of. */
const numberIn = (area: number, n: number) => `+1${area}55501${String(n).padStart(2, "0")}`;
const [ofStands, ofHelpers] = [425, 415];

/** Two stands have nobody in common but the helper who is the last of the one and the last but one of the next: sent away here, they are still at work there. */
export function peopleOf(stand: number): People {
  const [admin, barista, display] = [0, 1, 2].map((n) => numberIn(ofStands, 3 * stand + n)) as [string, string, string];
  const [helper, last] = [0, 1].map((n) => numberIn(ofHelpers, 50 + stand + n)) as [string, string];
  return {
    admin,
    display,
    bar: [barista, admin, helper, last],
    staff: [
      { phone: admin, name: "Alex", roles: ["admin", "barista"] },
      { phone: barista, name: "Bea", roles: ["barista"] },
      { phone: display, name: "Display", roles: ["display"] },
      { phone: helper, name: "Cleo", roles: ["barista"] },
      { phone: last, name: "Dimitri", roles: ["barista"] },
    ],
  };
}
