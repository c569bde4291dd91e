import { Refusal } from "./refusal.ts";

/** Versions of the service's REST API, oldest first. The last one has all calls. */
const versions = ["2021-10-01", "2022-11-01", "2023-07-01", "2024-01-01", "2024-12-01"];
/** The header that says the versions in each answer. */
export const supportedVersions: Readonly<Record<string, string>> = { "api-supported-versions": versions.join(", ") };
const [oldest = ""] = versions;
const newest = versions.at(-1);

/** The version that introduced a call, for calls that are not in the first version. */
const callsSince: Readonly<Record<string, string>> = {
  "DELETE connections/*/groups": "2022-11-01",
  "POST :addToGroups": "2023-07-01",
  "POST :removeFromGroups": "2023-07-01",
  "GET groups/*/connections": "2024-12-01",
};

/** The same for query parameters. */
const parametersSince: Readonly<Record<string, string>> = {
  filter: "2022-11-01",
  group: "2022-11-01",
  messageTtlSeconds: "2023-07-01",
  clientType: "2024-01-01",
};

/**
 * Checks the API version of a call. The versions are from the specifications; the words are those of the versioning library that
 * the service was observed to use (Azure/azure-sdk-for-net#36243), followed by the valid versions.
 * @param call method and pattern. @returns those of `parameters` that exist in the version. @throws Refusal 400
 * @see https://github.com/Azure/azure-rest-api-specs/tree/main/specification/webpubsub/data-plane
 */
export function checkVersion(url: URL, call: string, parameters: readonly string[]): string[] {
  const [version, ...more] = url.searchParams.getAll("api-version");
  if (version === undefined || version === "")
    throw refused(`An API version is required, but was not specified. Add api-version=${newest} to the query.`);
  if (more.length > 0) throw refused("The query parameter 'api-version' occurs more than once.");
  const since = callsSince[call] ?? oldest;
  if (!versions.includes(version) || version < since) {
    const right = versions.filter((each) => each >= since).join(", ");
    const where = `${url.origin}${url.pathname}`;
    throw refused(
      `The HTTP resource that matches the request URI '${where}' does not support the API version '${version}'. It supports ${right}.`,
    );
  }
  return parameters.filter((name) => version >= (parametersSince[name] ?? oldest));
}

const refused = (message: string) => new Refusal(400, "BadRequest", message, "api-version");
