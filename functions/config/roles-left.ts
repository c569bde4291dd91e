import type { StaffPage } from "../../contracts/catalog.ts";

export type Person = StaffPage["people"][number];

/** A person with those of their roles that they are to have still; nobody gets one by it. Pure. @returns undefined where none is left */
export function withRolesOf(person: Person, still: readonly unknown[]): Person | undefined {
  const roles = person.roles.filter((role) => still.includes(role));
  return roles.length === 0 ? undefined : { ...person, roles };
}
