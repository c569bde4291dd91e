import type { Device } from "../robots/device.ts";

/** What somebody looks at, and as what. */
export interface Screen {
  kind: "display" | "bar" | "phone";
  device: Device;
}
