import * as z from "zod";
import { apps, moment, role } from "./common.ts";

/** What a person would call the thing that somebody is signed in on, as far as its browser tells. Names that are the same in every language. */
export const device = z.object({
  browser: z.string().optional().describe("Such as Safari; missing when it tells none."),
  system: z.string().optional().describe("Such as iPad, Windows, Samsung TV; missing when it tells none."),
});
export type Device = z.infer<typeof device>;

/** One place where somebody is signed in. */
const place = {
  id: z.string().describe("To end it by. It opens nothing."),
  app: z.enum(apps).optional().describe("With which app; missing when none was named."),
  device: device.optional().describe("On what; missing when that was not kept."),
  openedAt: moment.optional().describe("Since when; missing when that was not kept."),
  seenAt: moment
    .optional()
    .describe("When it was used last, not to the minute: an hour and more may have passed since, a customer's a day."),
  connected: z.boolean().describe("Whether its screen is connected now."),
  current: z.boolean().describe("Whether it is the one that asks."),
};

/** Where the caller is signed in themselves. */
export const session = z.object({
  ...place,
  expiresAt: moment.optional().describe("When it ends by itself; missing when it does not."),
});
export type SessionView = z.infer<typeof session>;

/** Where somebody of a store's staff is signed in to work. */
export const staffDevice = z.object({
  ...place,
  person: z.string().describe("An opaque id of whoever is signed in, to end all of theirs by."),
  name: z.string().describe("As colleagues know them."),
  roles: z.array(role).describe("What they are in this store."),
  paired: z.boolean().describe("Whether it is a screen that was paired: nobody is signed in there."),
});
export type StaffDevice = z.infer<typeof staffDevice>;
