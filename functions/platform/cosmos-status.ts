/**
 * The HTTP status of an error that Cosmos DB answered a request for one document with (404, 409, 412 …); `undefined` for any other error. Of a batch that is refused as a whole the SDK
 * throws an error without one.
 */
export function cosmosStatus(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "number" ? code : undefined;
}
