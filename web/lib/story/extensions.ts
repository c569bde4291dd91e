import { type Hearer, loadConfig } from "../config.ts";

let asked: Promise<Hearer[]> | undefined;

/** The extensions that this stand runs with; none, where that cannot be had. Asked once, and only by who looks underneath. */
export function extensionsHere(): Promise<Hearer[]> {
  asked ??= loadConfig(location.href).then(
    ({ extensions = [] }) => extensions,
    () => [],
  );
  return asked;
}
