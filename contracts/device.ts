import * as z from "zod";
import { apps, moment, role } from "./common.ts";

/** The device of a session, as a person would name it, as far as its browser says. The names are the same in every language. */
export const device = z.object({
  browser: z.string().optional().describe("Such as Safari; missing if unknown."),
  system: z.string().optional().describe("Such as iPad, Windows, Samsung TV; missing if unknown."),
});
export type Device = z.infer<typeof device>;

/** One session: an app on a device where somebody is signed in. */
const place = {
  id: z.string().describe("Identifies the session, to end it. It grants no access."),
  app: z.enum(apps).optional().describe("The app; missing if none was named."),
  device: device.optional().describe("The device; missing if it was not recorded."),
  openedAt: moment.optional().describe("When the session began; missing if it was not recorded."),
  seenAt: moment
    .optional()
    .describe(
      "When the session was last used, approximately: it may be out of date by an hour or more, for a customer by a day.",
    ),
  connected: z.boolean().describe("Whether the screen is connected now."),
  current: z.boolean().describe("Whether this session made the request."),
};

/** A session of the caller. */
export const session = z.object({
  ...place,
  expiresAt: moment.optional().describe("When the session expires; missing if it does not expire."),
});
export type SessionView = z.infer<typeof session>;

/** A session of a member of a store's staff. */
export const staffDevice = z.object({
  ...place,
  person: z.string().describe("An opaque id of the person who is signed in, to end all their sessions."),
  name: z.string().describe("The name that colleagues see."),
  roles: z.array(role).describe("The roles in this store."),
  paired: z.boolean().describe("Whether it is a paired screen, where no person is signed in."),
});
export type StaffDevice = z.infer<typeof staffDevice>;
