/** The HTTP status of an error that Cosmos DB answered with (404, 409, 412 …); `undefined` for any other error. */
export function cosmosStatus(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "number" ? code : undefined;
}
