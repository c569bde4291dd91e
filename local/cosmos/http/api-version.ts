import { badRequest } from "../errors.ts";
import type { Call } from "./call.ts";

/**
 * The versions of the service's REST API, from https://learn.microsoft.com/rest/api/cosmos-db and from what clients send. Responses are the same for
 * all.
 */
const versions = [
  ...["2014-08-21", "2015-04-08", "2015-06-03", "2015-08-06", "2015-12-16", "2016-05-30", "2016-07-11", "2016-11-14"],
  ...["2017-01-19", "2017-02-22", "2017-05-03", "2017-11-15", "2018-06-18", "2018-08-31", "2018-09-17", "2018-12-31"],
  ...["2019-10-14", "2020-07-15", "2020-11-05", "2024-05-15", "2024-06-06"],
];

/**
 * Checks the header `x-ms-version`. That page says both that the header is required and that the latest version is the default.
 * Microsoft's emulator refuses a request without it (`raises BadRequest` of vercel/cosmosdb-server).
 * @throws a 400 in the service's words if the header is missing or invalid
 */
export function checkVersion(call: Call): void {
  const version = call.header("x-ms-version");
  if (version !== undefined && versions.includes(version)) return;
  const given = version === undefined ? "There is none" : `It is '${version}'`;
  throw badRequest(
    `Invalid API version. Ensure a valid x-ms-version header value is passed. Please update to the latest version of Azure Cosmos DB SDK. (${given}; a valid one is 2020-07-15.)`,
  );
}
