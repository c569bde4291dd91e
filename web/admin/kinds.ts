import { codeOf } from "../lib/api.ts";
import { plainDigits } from "../lib/format.ts";
import { askPhone } from "./calls.ts";
import { type DrinkDraft, drinkDocument, drinkDraft, drinkField } from "./drink-draft.ts";
import type { Kind } from "./editor.svelte.ts";
import type { GroupDraft } from "./group-draft.ts";
import { optionsDocument, optionsDraft, optionsField } from "./options-draft.ts";
import { type StaffDraft, staffDocument, staffDraft, staffField } from "./staff-draft.ts";
import { type StoreDraft, storeDocument, storeDraft, storeField } from "./store-draft.ts";

export const drinkKind: Kind<DrinkDraft> = {
  read: drinkDraft,
  write: drinkDocument,
  fieldOf: drinkField,
  check: ({ name }) => (name.trim() === "" ? [{ path: "name", mistake: "missing" }] : []),
};

export const optionsKind: Kind<GroupDraft> = {
  read: optionsDraft,
  write: optionsDocument,
  fieldOf: optionsField,
  check: ({ name }) => (name.trim() === "" ? [{ path: "name", mistake: "missing" }] : []),
};

export const storeKind: Kind<StoreDraft> = { read: storeDraft, write: storeDocument, fieldOf: storeField };

export const staffKind: Kind<StaffDraft> = {
  read: staffDraft,
  write: staffDocument,
  fieldOf: staffField,
  check: ({ phone }) => (phone.trim() === "" ? [{ path: "phone", mistake: "missing" }] : []),
  async settle(draft, api) {
    try {
      const typed = plainDigits(draft.phone).trim();
      draft.phone = (await askPhone(api, typed, typed.startsWith("+") ? undefined : draft.country)).phone;
      return [];
    } catch (error) {
      // The API cannot parse the input as a phone number.
      if (codeOf(error) === "bad-request") return [{ path: "phone", mistake: "form" }];
      throw error;
    }
  },
};
