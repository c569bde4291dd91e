import type { Role } from "../../contracts/common.ts";
import { type Loose, text } from "./loose.ts";
import { steps } from "./problems.ts";

export const staffRoles = ["admin", "barista", "display"] as const satisfies Role[];

/** A person while they are edited. */
export interface StaffDraft extends Record<Role, boolean> {
  /** Of a new one as it was typed, until it is saved. */
  phone: string;
  /** Of a new one: the country that the number is read in, ISO 3166. */
  country: string;
  name: string;
}

/** What a new person begins with: a barista, whose number is read as one of this country (ISO 3166). */
export const emptyStaff = (country: string): StaffDraft => ({
  phone: "",
  country,
  name: "",
  admin: false,
  barista: true,
  display: false,
});

/** A person as they were read. The number stands in the id, too, where the document says none. */
export function staffDraft(document: Loose): StaffDraft {
  const has = (role: Role): boolean => Array.isArray(document.roles) && document.roles.includes(role);
  return {
    phone: text(document.phone) || text(document.id).replace("staff:", ""),
    country: "",
    name: text(document.name),
    admin: has("admin"),
    barista: has("barista"),
    display: has("display"),
  };
}

/** The document to save. Only what the form shows is in it. */
export function staffDocument(draft: StaffDraft, storeId: string): Loose & { id: string } {
  const { phone } = draft;
  const roles = staffRoles.filter((role) => draft[role]);
  return { id: `staff:${phone}`, kind: "staff", storeId, phone, name: draft.name, roles };
}

/** The field at which a path of the document is shown; undefined where there is none. */
export function staffField(_draft: StaffDraft, path: string): string | undefined {
  const [first] = steps(path);
  if (first === "id") return "phone";
  return first === "phone" || first === "name" || first === "roles" ? first : undefined;
}
