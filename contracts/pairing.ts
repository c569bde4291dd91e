import * as z from "zod";
import { moment, personText } from "./common.ts";
import { device } from "./device.ts";

/** Consonants alone: no word comes of them by chance, and none is taken for a digit. */
export const pairingAlphabet = "BCDFGHJKLMNPQRSTVWXZ";
export const pairingLength = 8;

/** Said while a screen waits, to that screen alone. */
export interface PairingMessage {
  kind: "paired";
}

const now = moment.describe("The server's time.");
const code = z.string().describe("Shown on the screen, in two groups of four; typed or scanned by an admin.");
const secret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, "must be the secret that the reply held")
  .describe("Kept by the screen and shown nowhere. Once an admin has approved, it is the token of the session.");
const live = z
  .string()
  .describe("A Web PubSub client URL, good for a minute: where the screen hears that it was approved.");

export const pairingRequest = z.strictObject({
  touch: z.boolean().optional().describe("Whether it has a touch screen: of itself an iPad says that it is a Mac."),
});
export const pairingReply = z.object({
  code,
  secret,
  url: z.string().describe("The address that the QR code holds: where an admin approves."),
  expiresAt: moment.describe("Until when it can be approved. Then the screen asks for another."),
  live,
  now,
});
export type PairingReply = z.infer<typeof pairingReply>;

export const pairingLookRequest = z.strictObject({
  code: z.string().max(20).describe("The code that the screen shows."),
  secret,
});
export const pairingLookReply = z.object({
  state: z.enum(["waiting", "paired"]).describe("`paired`: the secret is a token now."),
  live: live.optional().describe("While it waits."),
  now,
});
export type PairingLookReply = z.infer<typeof pairingLookReply>;

/** What an admin is shown before they approve. */
export const askingReply = z.object({
  code,
  device: device.describe("What asks, as it says itself."),
  askedAt: moment.describe("Since when it asks."),
  sameNetwork: z.boolean().describe("Whether it asks from the network that the admin is in."),
  expiresAt: moment.describe("Until when it can be approved."),
  now,
});
export type AskingReply = z.infer<typeof askingReply>;

export const approveRequest = z.strictObject({
  name: personText(40).describe("What the screen is called in the list of devices: Left of the bar."),
});
