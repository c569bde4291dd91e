import * as z from "zod";
import { customerId, moment, typedPhone } from "./common.ts";

/** A customer, by the number that they sign in with: what an admin is asked on their behalf. */
export const customerRequest = z.strictObject({
  ...typedPhone,
});

export type CustomerRequest = z.infer<typeof customerRequest>;

const language = z
  .string()
  .min(2)
  .max(35)
  .optional()
  .describe("What the file says about itself in, such as de; English where we do not speak it.");

export const personalDataQuery = z.strictObject({ language });
export type PersonalDataQuery = z.infer<typeof personalDataQuery>;

export const customerDataRequest = customerRequest.extend({ language });

/** All that is held about somebody: the file that they are given. */
export const personalDataReply = z.object({
  about: z.string().describe("What this file is."),
  phone: z.string().describe("The number that they sign in with."),
  customerId: customerId.describe("The opaque id under which everything else is kept."),
  parts: z
    .array(
      z.object({
        part: z.string().describe("Which part of the stand holds it: a service, or an extension."),
        about: z.string().describe("What it is, what it is for, and how long it is kept."),
        data: z.unknown().describe("All of it, as it lies there."),
      }),
    )
    .describe("What is held, part by part."),
  now: moment.describe("The server's time."),
});
export type PersonalDataReply = z.infer<typeof personalDataReply>;
