import type { Role } from "../../contracts/common.ts";
import { type Loose, text } from "./loose.ts";
import { steps } from "./problems.ts";

export const staffRoles = ["admin", "barista", "display"] as const satisfies Role[];

/** A person while they are edited. */
export interface StaffDraft extends Record<Role, boolean> {
  /** For a new person: as typed, until it is saved. */
  phone: string;
  /** For a new person: the country that the number is parsed for, ISO 3166. */
  country: string;
  name: string;
}

/** The initial draft of a new person: a barista, whose number is parsed for this country (ISO 3166). */
export const emptyStaff = (country: string): StaffDraft => ({
  phone: "",
  country,
  name: "",
  admin: false,
  barista: true,
  display: false,
});

/** The draft of a person. If the document has no number, the id contains it. */
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

/** The document to save. It contains only what the form shows. */
export function staffDocument(draft: StaffDraft, storeId: string): Loose & { id: string } {
  const { phone } = draft;
  const roles = staffRoles.filter((role) => draft[role]);
  return { id: `staff:${phone}`, kind: "staff", storeId, phone, name: draft.name, roles };
}

/** The form field for a path of the document; undefined if there is none. */
export function staffField(_draft: StaffDraft, path: string): string | undefined {
  const [first] = steps(path);
  if (first === "id") return "phone";
  return first === "phone" || first === "name" || first === "roles" ? first : undefined;
}
