import type { Device } from "../robots/device.ts";

/** The baristas and wall screens, as the owner uses them. */
export interface Bar {
  phones: readonly string[];
  deviceOf(phone: string): Device | undefined;
  /** Within this many ms of the clock a removed role has ended everywhere. */
  endsWithin: number;
  /** Whether there are no faults: then an ended session stops receiving at once, otherwise once Web PubSub is available. */
  calm: boolean;
  /** Signs a device in again whose user was signed out. */
  signInAnew(device: Device): Promise<void>;
  /** Adds a wall screen on which nobody is signed in. @returns the screen, and a function that removes it */
  hangAnother(): { screen: Device; hang(): void; takeDown(): void };
  wrong(says: string): void;
}
