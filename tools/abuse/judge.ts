import type { Answered, Sent } from "./sent.ts";

/** What is wrong with a response, whatever the request was; empty if all is well. */
export function amiss({ status, headers, body }: Answered, { raw, body: given = "" }: Sent): string[] {
  const found: string[] = [];
  // After invalid or incomplete HTTP, or too large a body, the connection may be closed before the response arrives.
  if (status === 0 && raw === undefined && given.length <= 64 * 1024) found.push("hung up");
  if (status >= 500 && status !== 501) found.push(`answered ${status}`);
  if (status >= 400 && body.length > 64 * 1024) found.push(`a refusal of ${body.length} characters`);
  if (/\n\s+at .+:\d+:\d+/.test(body)) found.push("shows a stack");
  if (/(?:file:\/\/|node_modules|\/(?:home|work|root|tmp|usr)\/)/.test(body) && status >= 400)
    found.push("tells where files lie");
  // Markup from the request that would be executed.
  const type = String(headers["content-type"] ?? "");
  if (type.includes("html") && /<script>alert|onerror=alert/.test(body)) found.push("gives markup back as it came");
  if (Object.hasOwn(headers, "set-cookie")) found.push("sets a cookie that was in the request");
  return found;
}

/** The same for the API, which reports every refusal as a problem (RFC 9457). */
export function amissForApi(answered: Answered, sent: Sent): string[] {
  const { status, headers, body } = answered;
  const found = amiss(answered, sent);
  if (status < 400 || body === "") return found;
  const type = String(headers["content-type"] ?? "");
  // For invalid HTTP and unknown routes the host itself responds.
  if (!type.startsWith("application/problem+json")) return found;
  const problem = JSON.parse(body) as Record<string, unknown>;
  if (problem.status !== status) found.push(`says ${problem.status} and answers ${status}`);
  for (const name of ["type", "title", "detail", "code"])
    if (typeof problem[name] !== "string" || problem[name] === "") found.push(`has no ${name}`);
  return found;
}
