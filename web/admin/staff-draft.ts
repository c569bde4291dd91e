import type { Role } from "../../contracts/common.ts";
import { type Loose, text } from "./loose.ts";
import { steps } from "./problems.ts";

export const staffRoles = ["admin", "barista", "display"] as const satisfies Role[];

/** A person while they are edited. */
export interface StaffDraft extends Record<Role, boolean> {
  phone: string;
  name: string;
}

export const emptyStaff: StaffDraft = { phone: "", name: "", admin: false, barista: true, display: false };

export function staffDraft(document: Loose): StaffDraft {
  const has = (role: Role): boolean => Array.isArray(document.roles) && document.roles.includes(role);
  return {
    phone: text(document.phone) || text(document.id).replace("staff:", ""),
    name: text(document.name),
    admin: has("admin"),
    barista: has("barista"),
    display: has("display"),
  };
}

/** The number as the API wants it: people write it with spaces, dots, hyphens and brackets. */
export function plainPhone(phone: string): string {
  return phone.replace(/[\s().-]/g, "").replace(/^00/, "+");
}

export function staffDocument(draft: StaffDraft, storeId: string): Loose & { id: string } {
  const phone = plainPhone(draft.phone);
  const roles = staffRoles.filter((role) => draft[role]);
  return { id: `staff:${phone}`, kind: "staff", storeId, phone, name: draft.name, roles };
}

export function staffField(_draft: StaffDraft, path: string): string | undefined {
  const [first] = steps(path);
  if (first === "id") return "phone";
  return first === "phone" || first === "name" || first === "roles" ? first : undefined;
}
