import * as z from "zod";
import { tidy, wrongWith } from "./text.ts";

/** `id` of a store: part of addresses, subjects and group names. */
export const storeId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens")
  .describe("The store.");
/** A moment in UTC, ISO 8601 with milliseconds. */
export const moment = z.iso.datetime();
/** A whole number within bounds, with a message for each bound. */
export const whole = (least: number, most: number) =>
  z.int("must be a whole number").min(least, `must be at least ${least}`).max(most, `must be at most ${most}`);
export const orderId = z.uuid();
export const customerId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/)
  .describe("An opaque id of a person. The phone number cannot be derived from it.");
export const roles = ["admin", "barista", "display"] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** The four apps that somebody can be signed in with. */
export const apps = ["customer", "barista", "display", "admin"] as const;
export type AppName = (typeof apps)[number];

/**
 * A text that a person enters, of at most `longest` characters (code points): tidied, then checked. A text that is far too long is refused
 * without being scanned. @param least 0 if the text may be empty
 */
export function personText(longest: number, least: 0 | 1 = 1): z.ZodString {
  const fits = z.check<string>((payload) => {
    const wrong = payload.value === "" && least === 0 ? undefined : wrongWith(payload.value, longest);
    if (wrong === undefined) return;
    const { message, mistake } = wrong;
    const params = mistake === "too-long" ? { mistake, limit: longest } : { mistake };
    payload.issues.push({ code: "custom", message, input: payload.value, params });
  });
  // For the JSON Schema. The length checks of zod count UTF-16 units, not code points.
  fits._zod.onattach.push(({ _zod: { bag } }) =>
    Object.assign(bag, { ...(least > 0 && { minimum: least }), maximum: longest }),
  );
  return z
    .string()
    .overwrite((text) => (text.length > 20 * longest ? text : tidy(text)))
    .check(fits);
}

/** A phone number as people type it, with the country that it is read for. */
export const typedPhone = {
  phone: z
    .string()
    .trim()
    .min(3)
    .max(30)
    .describe("In any notation; a number without country code is read as one of `country`."),
  country: z.string().length(2).optional().describe("ISO 3166 code, such as US."),
};
