import * as z from "zod";
import { customerId, moment, typedPhone } from "./common.ts";

/** A customer, identified by phone number, on whose behalf an admin acts. */
export const customerRequest = z.strictObject({
  ...typedPhone,
});

export type CustomerRequest = z.infer<typeof customerRequest>;

const language = z
  .string()
  .min(2)
  .max(35)
  .optional()
  .describe("The language of the explanations in the file, such as de. English if the language is not supported.");

export const personalDataQuery = z.strictObject({ language });
export type PersonalDataQuery = z.infer<typeof personalDataQuery>;

export const customerDataRequest = customerRequest.extend({ language });

/** All personal data of a customer, as the file that they receive. */
export const personalDataReply = z.object({
  about: z.string().describe("An explanation of this file."),
  phone: z.string().describe("The phone number that the customer signs in with."),
  customerId: customerId.describe("The opaque id under which all other data is stored."),
  parts: z
    .array(
      z.object({
        part: z.string().describe("The service or extension that holds the data."),
        about: z.string().describe("What the data is, its purpose, and how long it is stored."),
        data: z.unknown().describe("The data as it is stored."),
      }),
    )
    .describe("The data of each service and extension."),
  now: moment.describe("The server's time."),
});
export type PersonalDataReply = z.infer<typeof personalDataReply>;
