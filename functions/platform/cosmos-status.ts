/**
 * The HTTP status of an error that Cosmos DB answered with (403, 404, 412 …), also where the SDK has wrapped the answer: of a batch that is refused as a whole it throws an error
 * without one, whose cause has it. `undefined` for any other error.
 */
export function cosmosStatus(error: unknown): number | undefined {
  for (let each = error; each instanceof Object; each = (each as { cause?: unknown }).cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === "number") return code;
  }
  return undefined;
}
