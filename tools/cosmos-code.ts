/**
 * The status that Cosmos DB answered with (403, 404 …), also where the SDK has wrapped the answer: of a batch that is refused as a whole it throws an error
 * without a code, whose cause has it. `undefined` for any other error.
 */
export function cosmosCode(error: unknown): number | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === "number") return code;
  }
  return undefined;
}
