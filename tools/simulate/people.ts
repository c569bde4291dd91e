import type { Person } from "../../infra/seed.ts";

/** The staff of a stand, by their phone numbers. */
export interface People {
  admin: string;
  display: string;
  /** The people at the bar: a barista, the admin, and two helpers. */
  bar: readonly [string, string, string, string];
  staff: Person[];
}

/** Fictional numbers with area codes that no customer has. */
const numberIn = (area: number, n: number) => `+1${area}55501${String(n).padStart(2, "0")}`;
const [ofStands, ofHelpers] = [425, 415];

/**
 * Two neighbouring stands share only one helper, who is the last at the one and the last but one at the next: dismissed here, they still work there.
 */
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
