import * as z from "zod";

/** `id` of a store: part of addresses, subjects and group names. */
export const storeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens");
/** A moment in UTC, ISO 8601 with milliseconds. */
export const moment = z.iso.datetime();
export const orderId = z.uuid();
/** An opaque id of a person; it tells nothing about the phone number. */
export const customerId = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
export const roles = ["admin", "barista", "display"] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;
