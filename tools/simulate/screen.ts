import type { Device } from "../robots/device.ts";

/** A screen, and its kind. */
export interface Screen {
  kind: "display" | "bar" | "phone";
  device: Device;
}
