import type { StaffPage } from "../../contracts/catalog.ts";

export type Person = StaffPage["people"][number];

/** A person with only those of their roles that are in `still`. Pure. @returns `undefined` if no role is left */
export function withRolesOf(person: Person, still: readonly unknown[]): Person | undefined {
  const roles = person.roles.filter((role) => still.includes(role));
  return roles.length === 0 ? undefined : { ...person, roles };
}
