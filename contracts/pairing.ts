import * as z from "zod";
import { moment, personText } from "./common.ts";
import { device } from "./device.ts";

/** Only consonants, so that no words appear by chance, and none that looks like a digit. */
export const pairingAlphabet = "BCDFGHJKLMNPQRSTVWXZ";
export const pairingLength = 8;

/** The push message to a waiting screen when it has been approved. */
export interface PairingMessage {
  kind: "paired";
}

const now = moment.describe("The server's time.");
const code = z.string().describe("The code, which the screen shows in two groups of four. An admin types or scans it.");
const secret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, "must be the secret that the reply held")
  .describe("A secret that the screen keeps and does not show. After an admin has approved, it is the session token.");
const live = z
  .string()
  .describe("A Web PubSub client URL, valid for a minute: there the screen is notified of its approval.");

export const pairingRequest = z.strictObject({
  touch: z.boolean().optional().describe("Whether the device has a touch screen: an iPad identifies itself as a Mac."),
});
export const pairingReply = z.object({
  code,
  secret,
  url: z.string().describe("The URL in the QR code, where an admin approves the screen."),
  expiresAt: moment.describe("When the code expires. Then the screen requests another."),
  live,
  now,
});
export type PairingReply = z.infer<typeof pairingReply>;

export const pairingLookRequest = z.strictObject({
  code: z.string().max(20).describe("The code that the screen shows."),
  secret,
});
export const pairingLookReply = z.object({
  state: z.enum(["waiting", "paired"]).describe("`paired`: the secret is now a session token."),
  live: live.optional().describe("Present while the screen waits."),
  now,
});
export type PairingLookReply = z.infer<typeof pairingLookReply>;

/** What an admin is shown before they approve. */
export const askingReply = z.object({
  code,
  device: device.describe("The device, as it identifies itself."),
  askedAt: moment.describe("When the screen requested the code."),
  sameNetwork: z.boolean().describe("Whether the screen is in the same network as the admin."),
  expiresAt: moment.describe("When the code expires."),
  now,
});
export type AskingReply = z.infer<typeof askingReply>;

export const approveRequest = z.strictObject({
  name: personText(40).describe("The name of the screen in the list of devices, such as Left of the bar."),
});
