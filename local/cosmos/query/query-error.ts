import { CosmosError } from "../errors.ts";

/** A refused query: 400 with the service's error list, which names the place in the text by character positions. */
export function queryError(code: string, message: string, start: number, end: number): CosmosError {
  const errors = [{ severity: "Error", location: { start, end }, code, message }];
  return new CosmosError(400, `Message: ${JSON.stringify({ errors })}`);
}
