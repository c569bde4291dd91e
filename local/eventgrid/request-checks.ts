import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

/** Checks the method and address of a publish. @throws Refusal 404, 405 or 400. */
export function checkTarget(request: IncomingMessage, url: URL): void {
  if (url.pathname.toLowerCase() !== "/api/events") {
    throw new Refusal(404, "NotFound", `There is nothing at ${url.pathname}; publish events to /api/events.`);
  }
  if (request.method !== "POST")
    throw new Refusal(405, "MethodNotAllowed", `Publish events with POST, not ${request.method}.`);
  // Some documented calls have no `api-version`, so it is not required.
  const version = url.searchParams.getAll("api-version").find((each) => each !== "2018-01-01");
  if (version !== undefined) {
    throw new Refusal(400, "BadRequest", `The api-version is '${version}'; it must be 2018-01-01.`);
  }
  const other = [...url.searchParams.keys()].find((name) => name !== "api-version");
  if (other === undefined) return;
  throw new Refusal(400, "BadRequest", `The query parameter '${other}' is not supported; only api-version is.`);
}

/** Refuses headers that would change how the events are handled, but are not supported here. @throws Refusal 400 */
export function checkHeaders({ headers }: IncomingMessage): void {
  const other = Object.keys(headers).find(
    (name) => /^aeg-/.test(name) && name !== "aeg-sas-key" && name !== "aeg-sas-token",
  );
  if (other === "aeg-channel-name") {
    throw new Refusal(400, "BadRequest", "Channels of partner namespaces (aeg-channel-name) are not emulated here.");
  }
  if (other !== undefined) {
    const known = "aeg-sas-key and aeg-sas-token";
    throw new Refusal(400, "BadRequest", `The header ${other} is not supported here; supported are ${known}.`);
  }
  if (headers["ce-specversion"] === undefined) return;
  throw new Refusal(
    400,
    "BadRequest",
    "CloudEvents in binary mode (ce-… headers) are not emulated here; send application/cloudevents+json or application/cloudevents-batch+json.",
  );
}
