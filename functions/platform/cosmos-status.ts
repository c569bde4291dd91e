/**
 * The HTTP status of an error response of Cosmos DB (403, 404, 412 …); `undefined` for any other error. If a batch is refused as a whole, the SDK throws an
 * error without a status, but its cause has it.
 */
export function cosmosStatus(error: unknown): number | undefined {
  for (let each = error; each instanceof Object; each = (each as { cause?: unknown }).cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === "number") return code;
  }
  return undefined;
}
