import type { Device } from "../robots/device.ts";

/** Those who work at the bar, and what hangs on the wall, as the owner sees them. */
export interface Bar {
  phones: readonly string[];
  deviceOf(phone: string): Device | undefined;
  /** Within so many ms of the clock a role that is taken away has ended everywhere. */
  endsWithin: number;
  /** Whether nothing goes wrong: then a session that is ended hears nothing at once, and else once Web PubSub is there. */
  calm: boolean;
  /** Whoever holds it was signed out, and signs in again. */
  signInAnew(device: Device): Promise<void>;
  /** One more screen on the wall, that nobody is signed in on. @returns it, and what takes it down */
  hangAnother(): { screen: Device; hang(): void; takeDown(): void };
  wrong(says: string): void;
}
