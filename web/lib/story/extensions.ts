import { type Hearer, loadConfig } from "../config.ts";

let asked: Promise<Hearer[]> | undefined;

/** The extensions of this stand; empty if they cannot be loaded. Requested once, and only for readers who open the details. */
export function extensionsHere(): Promise<Hearer[]> {
  asked ??= loadConfig(location.href).then(
    ({ extensions = [] }) => extensions,
    () => [],
  );
  return asked;
}
